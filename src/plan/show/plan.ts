import { describeNew } from '../../image/registry/new-repository.ts';
import { canonicalForm } from '../../task-definition/canonical-form.ts';
import { containersOf } from '../../task-definition/document.ts';
import { type Json, listIn, objectIn, textIn } from '../../text/json.ts';
import type { Change, PlannedService } from '../decide/change.ts';
import type { Check } from '../preflight/check.ts';
import { findingsOfChecks } from '../preflight/findings.ts';
import type { Finding } from '../rules/rule.ts';
import { type Cost, costOf } from './cost.ts';
import { type Difference, diff, formatPath } from './diff.ts';
import { describeKeptImage } from './kept-image.ts';
import { mayBeSecret } from './secrecy.ts';
import { type PlannedStrategy, plannedStrategy } from './strategy.ts';

/** The output `plan`, as JSON; documented in docs/plan.md. */
export interface Plan {
  readonly version: 1;
  /** Whether a deploy would change anything. */
  readonly changes: boolean;
  /** Whether a deploy would be refused. */
  readonly problems: boolean;
  readonly image: PlannedImage;
  readonly services: readonly PlanOfService[];
  /** The things that have to exist, and whether they do. */
  readonly checks: readonly (Omit<Check, 'detail'> & { readonly detail: string | null })[];
}

interface PlannedImage {
  /**
   * `keep`: the task definition's image; `use`: an existing image; `copy`: an existing image, copied to another
   * repository; `build`: a new image, whose digest is unknown until then.
   */
  readonly action: 'keep' | 'use' | 'copy' | 'build';
  /** The image to copy, for `copy`. */
  readonly from: string | null;
  readonly uri: string | null;
  readonly digest: string | null;
  /** The properties of the repository to create before the push, in words; null: it exists. */
  readonly newRepository: string | null;
  /** Why, and which images stay, for `keep`. */
  readonly reason: string | null;
}

export interface PlanOfService {
  readonly service: string;
  readonly serviceArn: string;
  /** `none`: the service runs exactly this; `follow`: exactly this is being deployed; `update`: UpdateService is due. */
  readonly action: 'none' | 'follow' | 'update';
  /** Whether a new deployment would begin. */
  readonly deploys: boolean;
  readonly taskDefinition: {
    /** `reuse`: a revision that exists; `register`: a new one. */
    readonly action: 'reuse' | 'register';
    readonly from: string;
    /** The revision to reuse; null for one that is still to be registered. */
    readonly to: string | null;
    readonly changes: readonly PlannedChange[];
  };
  readonly settings: readonly PlannedChange[];
  /** How ECS deploys it, with these settings; of no importance where no deployment begins. */
  readonly strategy: PlannedStrategy;
  readonly cost: Cost;
  readonly findings: readonly Finding[];
}

/** A member that changes. If its value may be secret, `hidden` is true and the value isn't given. */
export interface PlannedChange {
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly hidden: boolean;
  readonly before: Json;
  readonly after: Json;
}

/** Describes a change as data without secrets. Pure. */
export function planOf({ image, services }: Change, checks: readonly Check[]): Plan {
  const parameters = new Set(
    checks.filter(({ check, state }) => check === 'secrets' && state === 'ok').map(({ name }) => name),
  );
  const planned = services.map((service) => planOfService(service, parameters));
  const shown = checks.map(({ detail, ...check }) => ({ ...check, detail: detail ?? null }));
  return {
    version: 1,
    changes: planned.some(({ action }) => action === 'update'),
    problems: problemsOf({ services: planned, checks: shown }).length > 0,
    image: {
      action: imageActions[image.kind],
      from: image.kind === 'to-copy' ? image.from : null,
      uri: image.uri ?? null,
      digest: image.kind === 'there' || image.kind === 'to-copy' ? (image.digest ?? null) : null,
      newRepository:
        'newRepository' in image && image.newRepository !== undefined
          ? describeNew(image.newRepository)
          : null,
      reason: describeKeptImage({ image, services }) ?? null,
    },
    services: planned,
    checks: shown,
  };
}

const imageActions = { kept: 'keep', there: 'use', 'to-copy': 'copy', 'to-build': 'build' } as const;

/** Why a deploy would be refused. */
export function problemsOf({ services, checks }: Pick<Plan, 'services' | 'checks'>): readonly Finding[] {
  return [...services.flatMap(({ findings }) => findings), ...findingsOfChecks(checks)].filter(
    ({ severity }) => severity === 'problem',
  );
}

function planOfService(
  { seen, taskDefinition, update, serviceAfter, findings }: PlannedService,
  parameters: ReadonlySet<string>,
): PlanOfService {
  const known = new Set([...parameters, ...readByTasks(seen)]);
  return {
    service: seen.name,
    serviceArn: seen.arn,
    action: update.kind === 'unchanged' ? 'none' : update.kind === 'join' ? 'follow' : 'update',
    deploys: update.kind === 'update' && update.deploys,
    taskDefinition: {
      action: taskDefinition.kind === 'same' ? 'reuse' : 'register',
      from: seen.taskDefinitionArn,
      to: taskDefinition.arn ?? null,
      changes: diff(canonicalForm(seen.taskDefinition), canonicalForm(taskDefinition.document))
        .flatMap((difference) => membersOf(difference, known))
        .map((difference) => plannedChange(difference, known)),
    },
    settings: update.kind === 'update' ? settingsOf(seen.service.desiredCount ?? 0, update) : [],
    strategy: plannedStrategy(objectIn(serviceAfter.deploymentConfiguration)),
    cost: costOf(
      seen.arn.split(':')[3] ?? '',
      { service: seen.document, document: seen.taskDefinition },
      { service: serviceAfter, document: taskDefinition.document },
    ),
    findings,
  };
}

function settingsOf(
  running: number,
  { desiredCount, settings, force }: PlannedService['update'] & { kind: 'update' },
): readonly PlannedChange[] {
  const changed = (name: string, before: Json, after: Json): PlannedChange => ({
    name,
    kind: 'changed',
    hidden: false,
    before,
    after,
  });
  return [
    ...(desiredCount === undefined ? [] : [changed('desired-count', running, desiredCount)]),
    ...settings.changes.map(({ name, before, after }) => changed(name, before, after)),
    ...(force ? [changed('force-new-deployment', false, true)] : []),
  ];
}

/** References in `secrets` of a revision whose tasks run: ECS could read them. */
function readByTasks({ primary, taskDefinition }: PlannedService['seen']): readonly string[] {
  if ((primary?.runningCount ?? 0) === 0) return [];
  return containersOf(taskDefinition).flatMap(({ secrets, logConfiguration }) =>
    [...listIn(secrets), ...listIn(objectIn(logConfiguration).secretOptions)].flatMap(
      (item) => textIn(objectIn(item).valueFrom) ?? [],
    ),
  );
}

/** Splits a container that is new or gone and holds a hidden value into its members, so that the rest is shown. */
function membersOf(difference: Difference, parameters: ReadonlySet<string>): readonly Difference[] {
  const { path, before, after } = difference;
  const isContainer = path[0] === 'containerDefinitions' && path.length === 2;
  if (!isContainer || !isHidden(difference, parameters)) return [difference];
  return diff(objectIn(before), objectIn(after)).map((one) => ({ ...one, path: [...path, ...one.path] }));
}

function isHidden({ path, before, after }: Difference, parameters: ReadonlySet<string>): boolean {
  return mayBeSecret(path, before, parameters) || mayBeSecret(path, after, parameters);
}

function plannedChange(difference: Difference, parameters: ReadonlySet<string>): PlannedChange {
  const { path, before, after } = difference;
  const hidden = isHidden(difference, parameters);
  return {
    name: formatPath(path),
    kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    hidden,
    before: hidden ? null : (before ?? null),
    after: hidden ? null : (after ?? null),
  };
}
