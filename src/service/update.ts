import type { Deployment, ECSClient } from '@aws-sdk/client-ecs';
import { type Calling, pauseMilliseconds } from '../aws/call.ts';
import { updateServiceDocument } from '../aws/document.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';
import type { JsonObject } from '../aws/json.ts';
import { passingRefusal, patiently } from '../aws/passing-refusal.ts';
import type { Reader } from '../rollout/reader.ts';
import type { Run } from '../run.ts';
import { untilCancelled, untilCancelledFor } from '../until-cancelled.ts';
import type { ServiceSeen } from './look.ts';

/** How an update of the service came out. */
export type Updated =
  /** The deployment that it began, or PRIMARY as it was where it begins none. */
  | { readonly kind: 'updated'; readonly deployment: Deployment }
  /** The run was cancelled, and certainly nothing was done. */
  | { readonly kind: 'cancelled' }
  /** The answer was lost, and what the service shows does not tell whether the update was made. */
  | { readonly kind: 'unknown'; readonly why: string };

export interface UpdateRequest {
  readonly taskDefinitionArn: string;
  /** Whether a deployment shall begin; without one the task definition, which may be INACTIVE, is not sent. */
  readonly deploys: boolean;
  readonly desiredCount: number | undefined;
  /** Other members of UpdateService. */
  readonly settings: JsonObject;
  readonly force: boolean;
}

/**
 * Updates the service exactly once, and waits while ECS refuses it for a reason that passes.
 * @throws what ECS answers when it refuses
 */
export async function updateService(
  run: Pick<Run, 'aws' | 'clock' | 'log' | 'signal'>,
  reader: Reader,
  { clusterArn, arn, primary }: Pick<ServiceSeen, 'clusterArn' | 'arn' | 'primary'>,
  { taskDefinitionArn, deploys, desiredCount, settings, force }: UpdateRequest,
): Promise<Updated> {
  const calling: Calling = { clock: run.clock, say: run.log.say, signal: run.signal };
  const request: JsonObject = {
    cluster: clusterArn,
    service: arn,
    ...(deploys ? { taskDefinition: taskDefinitionArn } : {}),
    ...(desiredCount === undefined ? {} : { desiredCount }),
    ...settings,
    ...(force ? { forceNewDeployment: true } : {}),
  };
  const before = { clusterArn, arn, primary, taskDefinitionArn };
  try {
    return await patiently(calling, 'ecs:UpdateService', () =>
      updateOnce({ ecs: run.aws.ecs, calling, reader }, before, request),
    );
  } catch (error) {
    if (run.signal.aborted && passingRefusal(error) !== undefined) return { kind: 'cancelled' };
    throw error;
  }
}

/** A service before an update, and the revision that the update shall bring. */
export interface BeforeUpdate {
  readonly clusterArn: string;
  readonly arn: string;
  readonly primary: Pick<Deployment, 'id'> | undefined;
  readonly taskDefinitionArn: string;
}

/**
 * Sends an update that begins at most one deployment. UpdateService has no idempotency token, so it is sent again only
 * when it certainly did nothing: throttled, or never sent. After a lost answer the service is looked at: a new PRIMARY
 * with our revision is ours.
 *
 * @throws what ECS answers when it refuses
 */
export async function updateOnce(
  { ecs, calling, reader }: { readonly ecs: ECSClient; readonly calling: Calling; readonly reader: Reader },
  before: BeforeUpdate,
  request: JsonObject,
): Promise<Updated> {
  const { clock, say, signal } = calling;
  for (let attempt = 0; ; attempt++) {
    try {
      const sent = updateServiceDocument(ecs, request);
      // A cancelled process has only seconds: an answer that has not come in two is left to `post`.
      const reply =
        signal === undefined ? await sent : await untilCancelledFor({ clock, signal }, 2_000, sent);
      if (reply === 'cancelled') {
        return { kind: 'unknown', why: 'the run was cancelled before AWS answered' };
      }
      const primary = reply.service?.deployments?.find(({ status }) => status === 'PRIMARY');
      return primary === undefined
        ? { kind: 'unknown', why: 'ECS answered without a PRIMARY deployment' }
        : { kind: 'updated', deployment: primary };
    } catch (error) {
      const kind = kindOf(error);
      const wasNotDone = kind === 'throttled' || kind === 'unsent';
      if (!wasNotDone && kind !== 'lost') throw error;
      if (wasNotDone && signal?.aborted) return { kind: 'cancelled' };
      if (attempt >= 8 || signal?.aborted) {
        if (wasNotDone) throw error;
        return { kind: 'unknown', why: wordsOf(error) };
      }
      if (wasNotDone) {
        const pause = pauseMilliseconds(1000, attempt, clock.random());
        say(
          `ecs:UpdateService: ${wordsOf(error)}; nothing was done, trying again in ${(pause / 1000).toFixed(1)} s`,
        );
        await clock.sleep(pause, signal);
        if (signal?.aborted) return { kind: 'cancelled' };
        continue;
      }
      say(`ecs:UpdateService: no answer (${wordsOf(error)}); looking whether the update was made`);
      const found = await findByIdentity(calling, reader, before);
      if (found.kind === 'made') return { kind: 'updated', deployment: found.deployment };
      if (found.kind === 'unclear') return { kind: 'unknown', why: wordsOf(error) };
      say('The update was not made; sending it again.');
    }
  }
}

export type Identity =
  | { readonly kind: 'made'; readonly deployment: Deployment }
  | { readonly kind: 'not-made' }
  | { readonly kind: 'unclear' };

/**
 * Whether an update was made whose answer never came: PRIMARY is another than before and has our revision. Reads are
 * eventually consistent (documented), so "not made" is believed only after several looks over eight seconds.
 */
export async function findByIdentity(
  { clock, say, signal }: Calling,
  reader: Reader,
  { clusterArn, arn, primary: previous, taskDefinitionArn }: BeforeUpdate,
): Promise<Identity> {
  let answers = 0;
  for (let look = 0; look < 12 && answers < 5; look++) {
    if (look > 0) await clock.sleep(2000, signal);
    // Cancelled: `post` has the time to look.
    if (signal?.aborted) return { kind: 'unclear' };
    try {
      const read = reader.service(clusterArn, arn);
      const service = signal === undefined ? await read : await untilCancelled(signal, read);
      if (service === 'cancelled') return { kind: 'unclear' };
      const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
      if (primary !== undefined && primary.id !== previous?.id) {
        // A new deployment with another revision is somebody else's, begun after ours or instead of it.
        return primary.taskDefinition === taskDefinitionArn
          ? { kind: 'made', deployment: primary }
          : { kind: 'unclear' };
      }
      answers++;
    } catch (error) {
      say(`ecs:DescribeServices failed and is tried again: ${wordsOf(error)}`);
    }
  }
  return answers >= 5 ? { kind: 'not-made' } : { kind: 'unclear' };
}
