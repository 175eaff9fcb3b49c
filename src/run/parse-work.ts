import { isJsonArray, isJsonObject, type Json } from '../text/json.ts';
import type { OpenWork, Progress, Work, WorkKind } from './work.ts';

/**
 * A work as the journal saved it. The text may be cut off, come from another version of this action or from somebody
 * else: it has to have exactly the members of its kind, so that nothing is rolled back by what only resembles it.
 *
 * @throws Error about anything else
 */
export function parseWork(text: string): OpenWork {
  const saved: unknown = JSON.parse(text);
  if (!isOpenWork(saved)) throw new Error('it is no work that this version of the action saves');
  return saved;
}

type Check = (value: Json | undefined) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isPlace: Check = (value) => value === 'service' || value === 'deploymentConfiguration';
const isAnything: Check = (value) => value !== undefined;

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

function list(check: Check): Check {
  return (value) => isJsonArray(value) && value.every(check);
}

/** Has these members and no other. */
function object(members: Readonly<Record<string, Check>>): Check {
  return (value) =>
    isJsonObject(value) &&
    Object.keys(value).every((name) => Object.hasOwn(members, name)) &&
    Object.entries(members).every(([name, check]) => check(value[name]));
}

const rollbackTarget = object({
  serviceRevisionArn: optional(isText),
  taskDefinitionArn: isText,
  images: list(object({ container: isText, image: isText, digest: optional(isText) })),
  settings: list(
    object({ name: isText, member: isText, place: isPlace, before: isAnything, after: isAnything }),
  ),
});

const intents: { readonly [K in WorkKind]: { readonly [M in keyof Work<K>]-?: Check } } = {
  'service-update': {
    kind: isText,
    clusterArn: isText,
    serviceArn: isText,
    taskDefinitionArn: isText,
    deploys: isFlag,
    previousDeploymentId: optional(isText),
    rollbackTarget: optional(rollbackTarget),
    rollsBackWhenCutOff: isFlag,
    awaitsHealthCheck: isFlag,
  },
  'docker-command': { kind: isText, mark: isText },
  'docker-config': { kind: isText, path: isText },
};

const progress: { readonly [M in keyof Progress]-?: Check } = {
  foundId: optional(isText),
  isRollingBack: isFlag,
  rollsBackCompleted: isFlag,
};

function isOpenWork(saved: unknown): saved is OpenWork {
  return object({ work: isWork, progress: object(progress) })(saved as Json);
}

function isWork(value: Json | undefined): boolean {
  const kind = isJsonObject(value) ? value.kind : undefined;
  return typeof kind === 'string' && Object.hasOwn(intents, kind) && object(intents[kind as WorkKind])(value);
}
