import { parseReference, repositoryUri } from '../../reference/image-reference.ts';
import { settingInWords } from '../../service/setting-words.ts';
import type { Json } from '../../text/json.ts';
import type { Cost } from './cost.ts';
import { leafInWords, leavesOf } from './leaves.ts';
import type { Plan, PlannedChange, PlanOfService } from './plan.ts';

/**
 * The changes of a service, one per line: `+` for what is added, `-` for what is removed, `~` for what changes. A member of
 * the task definition that is an object has a line for each of its values that differs.
 */
export function describeChanges({
  taskDefinition,
  settings,
}: Pick<PlanOfService, 'taskDefinition' | 'settings'>): readonly string[] {
  return [
    ...taskDefinition.changes.flatMap(leavesOf).map((change) => describeChange(change, leafInWords)),
    ...settings.map((change) => describeChange(change, settingInWords)),
  ];
}

function describeChange(
  { name, kind, hidden, before, after }: PlannedChange,
  inWords: (value: Json) => string,
): string {
  const sign = { added: '+', removed: '-', changed: '~' }[kind];
  if (hidden) return `${sign} ${name} (not shown)`;
  const [from, to] = [before, after].map((value) => abbreviate(inWords(value)));
  if (kind === 'added') return `${sign} ${name}: ${to}`;
  if (kind === 'removed') return `${sign} ${name}: ${from}`;
  return `${sign} ${name}: ${imageWords(before, after) ?? `${from} -> ${to}`}`;
}

/** Says in one sentence what would happen to a service. */
export function describeService({
  service,
  action,
  deploys,
  taskDefinition,
  settings,
}: PlanOfService): string {
  const from = revisionOf(taskDefinition.from);
  switch (action) {
    case 'none':
      return `${service}: nothing to do; it already runs ${from} with these inputs.`;
    case 'follow':
      return `${service}: ${from} is already being deployed; a deploy would follow that deployment.`;
    case 'update': {
      const what =
        taskDefinition.action === 'register'
          ? `a new revision (from ${from})`
          : taskDefinition.to === taskDefinition.from
            ? `the same revision (${from})`
            : `${revisionOf(taskDefinition.to ?? '')} (instead of ${from})`;
      const how = deploys ? 'a new deployment' : 'no new deployment';
      const count = describeChanges({ taskDefinition, settings }).length;
      return `${service}: ${how}, ${what}; ${count} ${count === 1 ? 'change' : 'changes'}.`;
    }
    default:
      return action satisfies never;
  }
}

/** The monthly cost of a service's tasks, with the date of the prices; undefined if it is unknown. */
export function describeCost({ region, pricesOf, before, after, hasSpot }: Cost): string | undefined {
  if (before === null || after === null) return undefined;
  const amount = before === after ? dollars(after) : `${dollars(before)} -> ${dollars(after)}`;
  const spot = hasSpot ? ', Spot at 30 % of the list price' : '';
  return `cost of the tasks: ${amount} a month (list prices for ${region} as of ${pricesOf}${spot})`;
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

/** Says in one sentence what would happen to the image; what the checks found about it decides whether it exists. */
export function describeImage({ image, checks }: Pick<Plan, 'image' | 'checks'>): string {
  const { action, from, uri, digest, newRepository, reason } = image;
  const created = newRepository === null ? '' : ` The repository is created first (${newRepository}).`;
  switch (action) {
    case 'keep':
      return `image: ${reason ?? "the task definition's image stays."}`;
    case 'use': {
      const state = checks.find(({ check, name }) => check === 'image' && name === uri)?.state;
      return `image: ${uri ?? ''} ${useWords[state ?? (digest === null ? 'unknown' : 'ok')]}`;
    }
    case 'copy':
      return `image: ${from ?? ''} is copied to ${uri ?? ''}${digest === null ? ', which gives it a new digest' : ''}.${created}`;
    case 'build':
      return `image: ${uri ?? ''} is built and pushed, which gives it its digest.${created}`;
    default:
      return action satisfies never;
  }
}

const useWords = {
  ok: 'exists and is used.',
  missing: "doesn't exist.",
  wrong: "exists but can't be used.",
  unknown: 'is used; this run did not see whether it exists.',
} as const;

/** Two images of one repository by what differs: the tags and the beginnings of the digests. The registry stays. */
function imageWords(before: Json, after: Json): string | undefined {
  if (typeof before !== 'string' || typeof after !== 'string') return undefined;
  const [one, other] = [parseReference(before), parseReference(after)];
  if (one === undefined || other === undefined || repositoryUri(one) !== repositoryUri(other))
    return undefined;
  if (!isImage(before) || !isImage(after)) return undefined;
  return `${one.repository} ${tagAndDigest(one)} -> ${tagAndDigest(other)}`;
}

function isImage(text: string): boolean {
  return /@sha256:|:[^/:]+$/.test(text);
}

function tagAndDigest({ tag, digest }: NonNullable<ReturnType<typeof parseReference>>): string {
  const parts = [tag === undefined ? '' : `:${tag}`, digest === undefined ? '' : `@${digest.slice(0, 19)}`];
  return parts.join('') || ':latest';
}

function revisionOf(arn: string): string {
  return arn.split('/').at(-1) ?? arn;
}

function abbreviate(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}... (${text.length} characters)` : text;
}
