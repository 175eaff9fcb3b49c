import { type ServiceDeployment, StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { call } from '../../aws/call.ts';
import { isPassing, kindOf, wordsOf } from '../../aws/errors.ts';
import { patiently } from '../../aws/passing-refusal.ts';
import { isRevisionOf } from '../../service/service-deployments.ts';
import { answerHook } from '../answer-hook.ts';
import { type PrimaryState, primaryStateOf, rollbackByPrimary, rollbackByStatus } from './choose-rollback.ts';
import { restoreSettings } from './restore-settings.ts';
import { rollBackByUpdate } from './roll-back-by-update.ts';
import type { RollbackOptions, RollbackStart } from './rollback-start.ts';

/**
 * Begins to roll back a deployment of ours: follow ECS's own rollback where one runs, else StopServiceDeployment with
 * ROLLBACK while the deployment is in flight, else ROLLBACK as the answer to its pause, else UpdateService to the rollback
 * target.
 *
 * StopServiceDeployment names our own deployment, so it is safe whatever else goes on. UpdateService is not: PRIMARY is
 * read just before, and nothing is done when it is not ours. ECS has no conditional update, so another deployment that
 * begins between that reading and our call can't be excluded.
 *
 * Where ECS itself rolls back, the settings that its rollback leaves are put back. Refusals that pass are waited for.
 */
export async function startRollback(options: RollbackOptions): Promise<RollbackStart> {
  try {
    return await begin(options);
  } catch (error) {
    return { kind: 'failed', why: wordsOf(error) };
  }
}

async function begin(options: RollbackOptions): Promise<RollbackStart> {
  const { deployment: own, rollbackTarget, rollsBackCompleted } = options;
  const deployment = await ownServiceDeployment(options);
  const status = deployment?.status;
  const byEcs = async (asked: boolean): Promise<RollbackStart> => ({
    kind: 'by-ecs',
    serviceDeploymentArn: deployment?.arn,
    asked,
    left: await restoreSettings(options),
  });
  const first = rollbackByStatus(status, rollbackTarget !== undefined);
  if (first === 'follow') return byEcs(false);
  if (first === 'stop' && deployment !== undefined) {
    const isRequested =
      (await stopWithRollback(options, deployment)) || (await refusePause(options, deployment));
    if (isRequested) return byEcs(true);
  }
  const copied = {};
  return patiently(options.calling, 'the rollback', async () => {
    const way = rollbackByPrimary(await readPrimary(options), {
      deployment: own,
      status,
      rollsBackCompleted,
    });
    if (way.kind === 'follow') return byEcs(false);
    if (way.kind !== 'update') return way;
    return rollbackTarget === undefined
      ? { kind: 'no-way-back' }
      : rollBackByUpdate(options, rollbackTarget, copied);
  });
}

/** Read again while it may be older than our own deployment (ECS is eventually consistent). */
async function readPrimary({ reader, calling, deployment }: RollbackOptions): Promise<PrimaryState> {
  for (let look = 0; ; look++) {
    if (look > 0) await calling.clock.sleep(1500);
    const service = await call(calling, 'ecs:DescribeServices', (over) =>
      reader.until(over).service(deployment.service.clusterArn, deployment.service.arn),
    );
    const seen = primaryStateOf(service?.deployments, deployment);
    if (seen.isKnown || look === 4) return seen;
  }
}

interface OwnServiceDeployment {
  readonly arn: string;
  readonly status: string | undefined;
  /** The pause hook that waits for an answer. */
  readonly pausedBy: string | undefined;
}

/** A new service deployment is listed a moment after it was made (ECS is eventually consistent): three looks. */
async function ownServiceDeployment({
  reader,
  calling,
  deployment,
}: RollbackOptions): Promise<OwnServiceDeployment | undefined> {
  const {
    service: { clusterArn, arn: serviceArn },
    createdAt,
    id,
  } = deployment;
  const since = createdAt === undefined ? undefined : new Date(createdAt.getTime() - 1000);
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (attempt > 0) await calling.clock.sleep(500);
      const begun = await call(calling, 'ecs:ListServiceDeployments', (over) =>
        reader.until(over).serviceDeploymentsSince(clusterArn, serviceArn, since),
      );
      const arn = begun.find((one) => isRevisionOf(one.targetServiceRevisionArn, id))?.arn;
      if (arn === undefined) continue;
      const read = call(calling, 'ecs:DescribeServiceDeployments', (over) =>
        reader.until(over).serviceDeployment(arn),
      );
      // Not answered in time: it is stopped by its name anyway. ECS refuses that for one that is over.
      const inFlight: ServiceDeployment = { status: 'IN_PROGRESS' };
      const own = await read.catch((error: unknown) => {
        if (!isPassing(kindOf(error))) throw error;
        return inFlight;
      });
      const pause = own?.lifecycleHookDetails?.find(({ status }) => status === 'AWAITING_ACTION');
      return { arn, status: own?.status, pausedBy: pause?.hookId };
    }
    return undefined;
  } catch (error) {
    // Without this API, UpdateService can still roll back.
    calling.say(`The service deployment can't be read: ${wordsOf(error)}`);
    return undefined;
  }
}

/**
 * Works without a circuit breaker too (documented). ECS returns to the newest deployment that completed.
 * @returns false when it can't be had (denied, unsupported, over meanwhile) and UpdateService has to do it
 */
async function stopWithRollback(
  { ecs, calling }: RollbackOptions,
  { arn: serviceDeploymentArn, pausedBy }: OwnServiceDeployment,
): Promise<boolean> {
  try {
    const what = 'ecs:StopServiceDeployment';
    await patiently(calling, what, () =>
      call(calling, what, (abortSignal) =>
        ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }), {
          abortSignal,
        }),
      ),
    );
    return true;
  } catch (error) {
    if (kindOf(error) === 'credentials') throw error;
    calling.say(
      `ECS can't stop and roll back this deployment (${wordsOf(error)}); ${pausedBy === undefined ? 'updating the service' : 'answering its pause with ROLLBACK'} instead.`,
    );
    return false;
  }
}

/**
 * Answers the pause of a deployment with ROLLBACK, where ECS doesn't stop it. Stopping comes first: it is documented for
 * every deployment in progress, names no hook that somebody may answer meanwhile, and needs no other permission.
 *
 * @returns false when there is no pause, or its answer isn't taken
 */
async function refusePause(
  options: RollbackOptions,
  { arn: serviceDeploymentArn, pausedBy }: OwnServiceDeployment,
): Promise<boolean> {
  if (pausedBy === undefined) return false;
  try {
    const { kind } = await answerHook(options, { serviceDeploymentArn, hookId: pausedBy }, 'ROLLBACK');
    return kind === 'answered';
  } catch (error) {
    if (kindOf(error) === 'credentials') throw error;
    options.calling.say(`The pause can't be answered (${wordsOf(error)}); updating the service instead.`);
    return false;
  }
}
