import type { Json } from '../aws/json.ts';
import type { Change, PlannedService } from '../change/change.ts';
import { findingsOf } from '../change/checks.ts';
import { type Difference, diff, textOf } from '../change/diff.ts';
import { mayBeSecret } from '../change/secrecy.ts';
import type { Check } from '../checks/check.ts';
import { describeNew } from '../image/new-repository.ts';
import type { Finding } from '../rules/finding.ts';
import { normalForm } from '../task-definition/normal-form.ts';
import { type Cost, costOf } from './cost.ts';

/** What the output `plan` holds as JSON; documented in docs/plan.md. */
export interface Plan {
  readonly version: 1;
  /** Whether a deploy would change anything. */
  readonly changes: boolean;
  /** Whether a deploy would be refused. */
  readonly problems: boolean;
  readonly image: PlannedImage;
  readonly services: readonly PlanOfService[];
  /** What has to be there, and whether it is. */
  readonly checks: readonly (Omit<Check, 'detail'> & { readonly detail: string | null })[];
}

export interface PlannedImage {
  /** `keep`: that of the task definition; `use`: one that exists; `build`: a new one, whose digest is not known yet. */
  readonly action: 'keep' | 'use' | 'build';
  readonly uri: string | null;
  readonly digest: string | null;
  /** What is special about the repository that is created before the push, in words; null: it is there. */
  readonly newRepository: string | null;
}

export interface PlanOfService {
  readonly service: string;
  readonly serviceArn: string;
  /** `none`: it runs just this; `follow`: just this is being deployed; `update`: UpdateService would be called. */
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
  readonly cost: Cost;
  readonly findings: readonly Finding[];
}

/** A member that changes. A value that may be secret is left out: `hidden` is true then. */
export interface PlannedChange {
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly hidden: boolean;
  readonly before: Json;
  readonly after: Json;
}

/** What a change would do, as data that holds no secret. Pure. */
export function planOf({ image, services }: Change, checks: readonly Check[]): Plan {
  const planned = services.map(planOfService);
  const shown = checks.map(({ detail, ...check }) => ({ ...check, detail: detail ?? null }));
  return {
    version: 1,
    changes: planned.some(({ action }) => action === 'update'),
    problems: problemsOf({ services: planned, checks: shown }).length > 0,
    image: {
      action: image.kind === 'kept' ? 'keep' : image.kind === 'there' ? 'use' : 'build',
      uri: image.kind === 'kept' ? null : image.uri,
      digest: image.kind === 'there' ? (image.digest ?? null) : null,
      newRepository:
        image.kind === 'to-build' && image.newRepository !== undefined
          ? describeNew(image.newRepository)
          : null,
    },
    services: planned,
    checks: shown,
  };
}

/** Why a deploy would be refused. */
export function problemsOf({ services, checks }: Pick<Plan, 'services' | 'checks'>): readonly Finding[] {
  return [...services.flatMap(({ findings }) => findings), ...findingsOf(checks)].filter(
    ({ severity }) => severity === 'problem',
  );
}

function planOfService({ seen, taskDefinition, update, findings }: PlannedService): PlanOfService {
  const request = update.kind === 'update' ? update.settings.request : {};
  const desiredCount =
    (update.kind === 'update' ? update.desiredCount : undefined) ?? seen.document.desiredCount;
  return {
    service: seen.name,
    serviceArn: seen.arn,
    action: update.kind === 'unchanged' ? 'none' : update.kind === 'join' ? 'follow' : 'update',
    deploys: update.kind === 'update' && update.deploys,
    taskDefinition: {
      action: taskDefinition.kind === 'same' ? 'reuse' : 'register',
      from: seen.taskDefinitionArn,
      to: taskDefinition.kind === 'same' ? taskDefinition.arn : null,
      changes: diff(normalForm(seen.taskDefinition), normalForm(taskDefinition.document)).map(plannedChange),
    },
    settings: update.kind === 'update' ? settingsOf(seen.service.desiredCount ?? 0, update) : [],
    cost: costOf(
      seen.arn.split(':')[3] ?? '',
      { service: seen.document, document: seen.taskDefinition },
      { service: { ...seen.document, ...request, desiredCount }, document: taskDefinition.document },
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

function plannedChange({ path, before, after }: Difference): PlannedChange {
  const hidden = mayBeSecret(path, before) || mayBeSecret(path, after);
  return {
    name: textOf(path),
    kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    hidden,
    before: hidden ? null : (before ?? null),
    after: hidden ? null : (after ?? null),
  };
}
