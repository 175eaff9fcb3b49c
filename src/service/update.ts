import type { ECSClient } from '@aws-sdk/client-ecs';
import { type Calling, pauseMilliseconds } from '../aws/call.ts';
import { updateServiceDocument } from '../aws/document.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';
import { passingRefusal, patiently } from '../aws/passing-refusal.ts';
import { untilCancelledFor } from '../process/until-cancelled.ts';
import type { Run } from '../run/run.ts';
import type { JsonObject } from '../text/json.ts';
import type { ServiceState } from './describe.ts';
import { type BeforeUpdate, findUpdate, takenByAnother, takenForOurs } from './find-update.ts';
import { type IdentifiedDeployment, primaryOf } from './primary.ts';
import type { Reader } from './reader.ts';

/** How an update of the service came out. */
export type UpdateResult =
  /** The deployment that it began, or PRIMARY as it was where it begins none. */
  | { readonly kind: 'updated'; readonly deployment: IdentifiedDeployment }
  /** The run was cancelled, and certainly nothing was done. */
  | { readonly kind: 'cancelled' }
  /** Nothing was done: somebody else began a deployment of the same revision first, so ECS would begin none for this run. */
  | { readonly kind: 'superseded'; readonly deployment: IdentifiedDeployment }
  /** The answer was lost, and what the service shows does not tell whether the update was made. */
  | { readonly kind: 'unknown'; readonly why: string };

export interface UpdateRequest {
  readonly taskDefinitionArn: string;
  /** Whether the update begins a deployment; without one the task definition, which may be INACTIVE, is not sent. */
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
  service: Pick<ServiceState, 'clusterArn' | 'arn' | 'primary'>,
  { taskDefinitionArn, deploys, desiredCount, settings, force }: UpdateRequest,
): Promise<UpdateResult> {
  const calling: Calling = { clock: run.clock, say: run.log.say, signal: run.signal };
  const sets: JsonObject = { ...(desiredCount === undefined ? {} : { desiredCount }), ...settings };
  const request: JsonObject = {
    cluster: service.clusterArn,
    service: service.arn,
    ...(deploys ? { taskDefinition: taskDefinitionArn } : {}),
    ...sets,
    ...(force ? { forceNewDeployment: true } : {}),
  };
  const before: BeforeUpdate = {
    service,
    primaryId: service.primary?.id,
    taskDefinitionArn,
    begins: !deploys ? { kind: 'none', sets } : { kind: force ? 'always' : 'unless-there' },
  };
  let isRefused = false;
  try {
    return await patiently(calling, 'ecs:UpdateService', async () => {
      const taken = isRefused ? await takenByAnother(calling, reader, before) : undefined;
      isRefused = true;
      if (taken !== undefined) return { kind: 'superseded', deployment: taken };
      return updateOnce({ ecs: run.aws.ecs, calling, reader }, before, request);
    });
  } catch (error) {
    if (run.signal.aborted && passingRefusal(error) !== undefined) return { kind: 'cancelled' };
    throw error;
  }
}

/**
 * Sends an update that begins at most one deployment. UpdateService has no idempotency token, so it is sent again only
 * when it certainly did nothing: throttled, or never sent. After a lost answer the service is looked at: a new PRIMARY
 * with our revision is ours. Before it is sent again, the service is read: somebody else may have begun the same.
 *
 * @throws what ECS answers when it refuses
 */
export async function updateOnce(
  { ecs, calling, reader }: { readonly ecs: ECSClient; readonly calling: Calling; readonly reader: Reader },
  before: BeforeUpdate,
  request: JsonObject,
): Promise<UpdateResult> {
  const { clock, say, signal } = calling;
  for (let attempt = 0; ; attempt++) {
    try {
      // A cancelled process has only seconds: an answer that has not come in two is left to `post`. Nor is it sent then
      // any more, if it still waits for its turn.
      const send = (over?: AbortSignal) => updateServiceDocument(ecs, request, over);
      const reply =
        signal === undefined ? await send() : await untilCancelledFor({ clock, signal }, 2_000, send);
      if (reply === 'cancelled') {
        return { kind: 'unknown', why: 'the run was cancelled before AWS answered' };
      }
      const primary = primaryOf(reply.service);
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
        const taken = await takenByAnother(calling, reader, before);
        if (taken !== undefined) return { kind: 'superseded', deployment: taken };
        continue;
      }
      say(`ecs:UpdateService: no answer (${wordsOf(error)}); looking whether the update was made`);
      const found = await findUpdate(calling, reader, before);
      if (found.kind === 'made') {
        if (before.begins.kind !== 'none') say(takenForOurs(found.deployment));
        return { kind: 'updated', deployment: found.deployment };
      }
      if (found.kind === 'unclear') return { kind: 'unknown', why: wordsOf(error) };
      say('The update was not made; sending it again.');
    }
  }
}
