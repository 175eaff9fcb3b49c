import type { Service } from '@aws-sdk/client-ecs';
import { type Calling, call } from '../aws/call.ts';
import { wordsOf } from '../aws/errors.ts';
import { untilCancelled } from '../process/until-cancelled.ts';
import type { ServiceRef } from '../reference/deployment.ts';
import { isJsonObject, type JsonObject } from '../text/json.ts';
import { type IdentifiedDeployment, primaryOf } from './primary.ts';
import type { Reader } from './reader.ts';
import { holds, valueOf } from './restore.ts';

/** A service before an update, and the revision that the update deploys. */
export interface BeforeUpdate {
  readonly service: Pick<ServiceRef, 'clusterArn' | 'arn'>;
  /** The id of PRIMARY before the update. */
  readonly primaryId: string | undefined;
  readonly taskDefinitionArn: string;
  /** The deployment that the update begins. */
  readonly begins:
    | { readonly kind: 'always' }
    /** None where PRIMARY already has the revision. */
    | { readonly kind: 'unless-there' }
    /** None: it only sets these members of the service. */
    | { readonly kind: 'none'; readonly sets: JsonObject };
}

/**
 * The deployment that somebody else has begun since, where it makes ECS begin none for this update. ECS would answer
 * with theirs, which then looks like ours.
 */
export async function takenByAnother(
  calling: Calling,
  reader: Reader,
  { service: { clusterArn, arn }, primaryId, taskDefinitionArn, begins }: BeforeUpdate,
): Promise<IdentifiedDeployment | undefined> {
  if (begins.kind !== 'unless-there') return undefined;
  const service = await call(calling, 'ecs:DescribeServices', (over) =>
    reader.until(over).service(clusterArn, arn),
  );
  const primary = primaryOf(service);
  return primary?.id !== primaryId && primary?.taskDefinition === taskDefinitionArn ? primary : undefined;
}

/**
 * A deployment shows its revision and when it began, and not who began it (AWS's API model): one that somebody else began
 * with the same revision in the same moment can't be told from ours.
 */
export function takenForOurs({ id }: Pick<IdentifiedDeployment, 'id'>): string {
  return `The deployment ${id} has this run's revision and began after this run had last seen the service, so it is taken for this run's. ECS doesn't say who began it.`;
}

/** Whether an update was made. */
type FoundUpdate =
  | { readonly kind: 'made'; readonly deployment: IdentifiedDeployment }
  | { readonly kind: 'not-made' }
  | { readonly kind: 'unclear' };

/**
 * Whether an update was made whose answer never came. Reads are eventually consistent (documented), so "not made" is
 * believed only after several looks over eight seconds.
 */
export async function findUpdate(
  { clock, say, signal }: Calling,
  reader: Reader,
  before: BeforeUpdate,
): Promise<FoundUpdate> {
  let answers = 0;
  for (let look = 0; look < 12 && answers < 5; look++) {
    if (look > 0) await clock.sleep(2000, signal);
    // Cancelled: `post` has the time to look.
    if (signal?.aborted) return { kind: 'unclear' };
    try {
      const own = signal === undefined ? reader : reader.until(signal);
      const read = own.service(before.service.clusterArn, before.service.arn);
      const service = signal === undefined ? await read : await untilCancelled(signal, read);
      if (service === 'cancelled') return { kind: 'unclear' };
      const shown = updateIn(service, before);
      if (shown.kind !== 'not-made') return shown;
      answers++;
    } catch (error) {
      say(`ecs:DescribeServices failed and is tried again: ${wordsOf(error)}`);
    }
  }
  return answers >= 5 ? { kind: 'not-made' } : { kind: 'unclear' };
}

export type FindUpdate = typeof findUpdate;

/** What one reading shows: settings by their values, since a new PRIMARY is not theirs; all else by PRIMARY. */
function updateIn(
  service: Service | undefined,
  { primaryId, taskDefinitionArn, begins }: BeforeUpdate,
): FoundUpdate {
  const primary = primaryOf(service);
  if (service === undefined || primary === undefined) return { kind: 'not-made' };
  if (begins.kind === 'none') {
    return hasSettings(service, begins.sets) ? { kind: 'made', deployment: primary } : { kind: 'not-made' };
  }
  if (primary.id === primaryId) return { kind: 'not-made' };
  // A new deployment with another revision is somebody else's, begun after ours or instead of it.
  return primary.taskDefinition === taskDefinitionArn
    ? { kind: 'made', deployment: primary }
    : { kind: 'unclear' };
}

/** Where a member is newer than the SDK, it isn't seen: the update is sent again, which sets the same once more. */
function hasSettings(service: Service, sets: JsonObject): boolean {
  const shown: unknown = JSON.parse(JSON.stringify(service));
  return (
    isJsonObject(shown) &&
    Object.entries(sets).every(([member, value]) => holds(valueOf(shown, member), value ?? null))
  );
}
