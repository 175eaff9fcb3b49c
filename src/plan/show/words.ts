import { parseReference, repositoryUri } from '../../reference/image-reference.ts';
import { isJsonArray, isJsonObject, type Json } from '../../text/json.ts';
import type { Cost } from './cost.ts';
import type { Plan, PlannedChange, PlanOfService } from './plan.ts';

/** A change as one line: `+` for what is added, `-` for what is removed, `~` for what changes. */
export function describeChange({ name, kind, hidden, before, after }: PlannedChange): string {
  const sign = { added: '+', removed: '-', changed: '~' }[kind];
  if (hidden) return `${sign} ${name} (not shown)`;
  if (kind === 'added') return `${sign} ${name}: ${abbreviate(after)}`;
  if (kind === 'removed') return `${sign} ${name}: ${abbreviate(before)}`;
  return `${sign} ${name}: ${imageWords(before, after) ?? `${abbreviate(before)} -> ${abbreviate(after)}`}`;
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
      return `${service}: nothing to do; it runs ${from} with all that was asked for.`;
    case 'follow':
      return `${service}: ${from} is being deployed already; a deploy would follow that deployment.`;
    case 'update': {
      const what =
        taskDefinition.action === 'register'
          ? `a new revision (from ${from})`
          : taskDefinition.to === taskDefinition.from
            ? `${from} as before`
            : `${revisionOf(taskDefinition.to ?? '')} (instead of ${from})`;
      const how = deploys ? 'a new deployment' : 'no new deployment';
      const count = taskDefinition.changes.length + settings.length;
      return `${service}: ${how}, ${what}; ${count} ${count === 1 ? 'change' : 'changes'}.`;
    }
    default:
      return action satisfies never;
  }
}

/** The cost of a service's tasks in a month; undefined where it can't be told. */
export function describeCost({ region, pricesOf, before, after, hasSpot }: Cost): string | undefined {
  if (before === null || after === null) return undefined;
  const amount = before === after ? dollars(after) : `${dollars(before)} -> ${dollars(after)}`;
  const spot = hasSpot ? ', Spot at 30 % of them' : '';
  return `cost of the tasks: ${amount} a month (list prices of ${pricesOf} for ${region}${spot})`;
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

/** Says in one sentence what would happen to the image. */
export function describeImage({ action, from, uri, digest, newRepository, reason }: Plan['image']): string {
  const created = newRepository === null ? '' : ` Its repository is created (${newRepository}).`;
  switch (action) {
    case 'keep':
      return `image: ${reason ?? 'that of the task definition stays.'}`;
    case 'use':
      return `image: ${uri ?? ''} exists and is used.`;
    case 'copy':
      return `image: ${from ?? ''} is copied to ${uri ?? ''}${digest === null ? '; the digest of the copy is known then' : ''}.${created}`;
    case 'build':
      return `image: ${uri ?? ''} is built and pushed; its digest is known then.${created}`;
    default:
      return action satisfies never;
  }
}

/** Two images of one repository by what differs: the tags and the beginnings of the digests. */
function imageWords(before: Json, after: Json): string | undefined {
  if (typeof before !== 'string' || typeof after !== 'string') return undefined;
  const [one, other] = [parseReference(before), parseReference(after)];
  if (one === undefined || other === undefined || repositoryUri(one) !== repositoryUri(other))
    return undefined;
  if (!isImage(before) || !isImage(after)) return undefined;
  return `${repositoryUri(one)} ${tagAndDigest(one)} -> ${tagAndDigest(other)}`;
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

function abbreviate(value: Json): string {
  const text = isJsonObject(value) || isJsonArray(value) ? JSON.stringify(value) : String(value);
  const shown = text === '' ? '""' : text;
  return shown.length > 200 ? `${shown.slice(0, 200)}... (${shown.length} characters)` : shown;
}
