import { type ECSClient, StopServiceDeploymentCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { type Calling, call } from '../aws/call.ts';
import { describeTaskDefinition, registerTaskDefinition } from '../aws/document.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';
import { isJsonObject } from '../aws/json.ts';
import type { Clock } from '../clock.ts';
import { isRevisionOf } from '../service/service-deployments.ts';
import type { WayBack } from '../service/way-back.ts';
import { fromDescribed } from '../task-definition/document.ts';
import type { Reader } from './reader.ts';
import type { Rollout } from './rollout.ts';

/** What was begun to undo a deployment; `await-rollback.ts` follows it to its end. */
export type Undo =
  /** ECS rolls the deployment back, by itself or because it was asked to. */
  | { readonly kind: 'by-ecs'; readonly serviceDeploymentArn: string | undefined; readonly asked: boolean }
  /** A new deployment of the way back was started. */
  | { readonly kind: 'by-update'; readonly deploymentId: string; readonly taskDefinitionArn: string }
  /** The service runs something else by now; there is nothing of ours to undo. */
  | { readonly kind: 'not-ours'; readonly primaryId: string }
  | { readonly kind: 'no-way-back' }
  | { readonly kind: 'failed'; readonly why: string };

export interface UndoOptions {
  readonly ecs: ECSClient;
  readonly reader: Reader;
  readonly calling: Calling;
  readonly rollout: Rollout;
  readonly wayBack: WayBack | undefined;
}

/**
 * Begins to undo a deployment of ours: follow ECS's own rollback where one runs, else StopServiceDeployment with
 * ROLLBACK while the deployment is in flight, else UpdateService to the way back.
 *
 * PRIMARY is read just before, and nothing is done when it is not ours. ECS has no conditional update, so another
 * deployment that begins between that reading and our call can't be excluded; StopServiceDeployment names our own
 * deployment and is safe from that, UpdateService is not.
 */
export async function undo(options: UndoOptions): Promise<Undo> {
  try {
    return await begin(options);
  } catch (error) {
    return { kind: 'failed', why: wordsOf(error) };
  }
}

async function begin(options: UndoOptions): Promise<Undo> {
  const { calling, reader, rollout, wayBack } = options;
  const service = await call(calling, 'ecs:DescribeServices', () =>
    reader.service(rollout.clusterArn, rollout.serviceArn),
  );
  const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
  const own = service?.deployments?.find(({ id }) => id === rollout.deploymentId);
  const deployment = await ownServiceDeployment(options);

  if (deployment?.status === 'ROLLBACK_REQUESTED' || deployment?.status === 'ROLLBACK_IN_PROGRESS') {
    return { kind: 'by-ecs', serviceDeploymentArn: deployment.arn, asked: false };
  }
  if (primary?.id !== rollout.deploymentId) {
    const ecsRollsBack = own !== undefined && (primary?.createdAt ?? 0) < (own.createdAt ?? 0);
    return ecsRollsBack
      ? { kind: 'by-ecs', serviceDeploymentArn: deployment?.arn, asked: false }
      : { kind: 'not-ours', primaryId: primary?.id ?? 'unknown' };
  }
  if (wayBack === undefined) return { kind: 'no-way-back' };
  const isInFlight = deployment?.status === 'PENDING' || deployment?.status === 'IN_PROGRESS';
  const stopped = deployment !== undefined && isInFlight && (await stopWithRollback(options, deployment.arn));
  if (stopped) return { kind: 'by-ecs', serviceDeploymentArn: deployment.arn, asked: true };
  return updateBack(options, wayBack);
}

/** A new service deployment is listed a moment after it was made (ECS is eventually consistent): three looks. */
async function ownServiceDeployment({
  reader,
  calling,
  rollout,
}: UndoOptions): Promise<{ arn: string; status: string | undefined } | undefined> {
  const { clusterArn, serviceArn, createdAt, deploymentId } = rollout;
  const since = createdAt === undefined ? undefined : new Date(createdAt.getTime() - 1000);
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (attempt > 0) await calling.clock.sleep(500);
      const begun = await call(calling, 'ecs:ListServiceDeployments', () =>
        reader.serviceDeploymentsSince(clusterArn, serviceArn, since),
      );
      const arn = begun.find((one) => isRevisionOf(one.targetServiceRevisionArn, deploymentId))?.arn;
      if (arn === undefined) continue;
      const read = await call(calling, 'ecs:DescribeServiceDeployments', () => reader.serviceDeployment(arn));
      return { arn, status: read?.status };
    }
    return undefined;
  } catch (error) {
    // Without this API the way back by UpdateService is still there.
    calling.say(`The service deployment can't be read: ${wordsOf(error)}`);
    return undefined;
  }
}

/**
 * Works without a circuit breaker too (documented). ECS returns to the newest deployment that completed.
 * @returns false when it can't be had (denied, unsupported, over meanwhile) and UpdateService has to do it
 */
async function stopWithRollback(
  { ecs, calling }: UndoOptions,
  serviceDeploymentArn: string,
): Promise<boolean> {
  try {
    await call(calling, 'ecs:StopServiceDeployment', () =>
      ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' })),
    );
    return true;
  } catch (error) {
    if (kindOf(error) === 'credentials') throw error;
    calling.say(
      `ECS can't stop and roll back this deployment (${wordsOf(error)}); updating the service instead.`,
    );
    return false;
  }
}

async function updateBack(options: UndoOptions, wayBack: WayBack): Promise<Undo> {
  const { ecs, calling, rollout, reader } = options;
  const update = (taskDefinition: string) =>
    // A lost answer may be sent again: the second call asks for what the first one has begun, and begins nothing new
    // (the same task definition without forceNewDeployment starts no deployment).
    call(calling, 'ecs:UpdateService', () =>
      ecs.send(
        new UpdateServiceCommand({
          cluster: rollout.clusterArn,
          service: rollout.serviceArn,
          taskDefinition,
          ...wayBack.settings,
          // The same revision again (only settings or a forced deployment failed) needs a deployment all the same.
          ...(taskDefinition === rollout.taskDefinitionArn ? { forceNewDeployment: true } : {}),
        }),
      ),
    );
  let taskDefinitionArn = wayBack.taskDefinitionArn;
  let reply: Awaited<ReturnType<typeof update>>;
  try {
    reply = await update(taskDefinitionArn);
  } catch (error) {
    // ECS deploys ACTIVE revisions only (documented); a copy of a deregistered one is as good.
    if (!/inactive/i.test(wordsOf(error))) throw error;
    calling.say(`${taskDefinitionArn} is INACTIVE; registering a copy of it.`);
    taskDefinitionArn = await registerCopy(ecs, calling, taskDefinitionArn);
    reply = await update(taskDefinitionArn);
  }
  const primary = reply.service?.deployments?.find(({ status }) => status === 'PRIMARY');
  const read = primary ?? (await reader.service(rollout.clusterArn, rollout.serviceArn))?.deployments?.[0];
  return { kind: 'by-update', deploymentId: read?.id ?? '', taskDefinitionArn };
}

/**
 * Puts back the settings that ECS's own rollback leaves as they are: a service revision holds no desired count. Starts
 * no deployment (documented), and may be sent again.
 */
export async function putSettingsBack({ ecs, calling, rollout, wayBack }: UndoOptions): Promise<void> {
  const { desiredCount } = wayBack?.settings ?? {};
  if (desiredCount === undefined) return;
  const { clusterArn: cluster, serviceArn: service } = rollout;
  try {
    await call(calling, 'ecs:UpdateService', () =>
      ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount })),
    );
    calling.say(`desired count put back to ${desiredCount}`);
  } catch (error) {
    calling.say(`The desired count could not be put back to ${desiredCount}: ${wordsOf(error)}`);
  }
}

async function registerCopy(ecs: ECSClient, calling: Calling, arn: string): Promise<string> {
  const described = await call(calling, 'ecs:DescribeTaskDefinition', () => describeTaskDefinition(ecs, arn));
  const registered = await call(calling, 'ecs:RegisterTaskDefinition', () =>
    registerTaskDefinition(ecs, fromDescribed(described)),
  );
  const copy = isJsonObject(registered.taskDefinition)
    ? registered.taskDefinition.taskDefinitionArn
    : undefined;
  if (typeof copy !== 'string') throw new Error('ECS registered a copy but did not tell its ARN');
  return copy;
}

/** How an undo ended, after it was followed. */
export type Undone =
  | {
      readonly kind: 'back';
      readonly taskDefinitionArn: string;
      readonly running: number;
      readonly desired: number;
    }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'out-of-time'; readonly minutes: number }
  | { readonly kind: 'interrupted' };

/**
 * Follows an undo until the way back is what the service runs: PRIMARY, COMPLETED, with the tasks that are wanted.
 * @throws Failure when nothing can be seen any more
 */
export async function awaitUndo({
  reader,
  clock,
  say,
  rollout,
  undone,
  limitMinutes,
  signal,
}: {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly rollout: Rollout;
  readonly undone: Undo & { kind: 'by-ecs' | 'by-update' };
  readonly limitMinutes: number;
  readonly signal: AbortSignal;
}): Promise<Undone> {
  const until = clock.now() + limitMinutes * 60_000;
  let told = '';
  while (clock.now() < until) {
    if (signal.aborted) return { kind: 'interrupted' };
    try {
      const service = await reader.service(rollout.clusterArn, rollout.serviceArn);
      const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
      const { runningCount: running = 0, desiredCount: desired = 0, rolloutState } = primary ?? {};
      const isBack = primary !== undefined && primary.id !== rollout.deploymentId;
      if (isBack && (rolloutState === 'COMPLETED' || (rolloutState === undefined && running >= desired))) {
        return { kind: 'back', taskDefinitionArn: primary.taskDefinition ?? '', running, desired };
      }
      if (isBack && rolloutState === 'FAILED') {
        return {
          kind: 'failed',
          why: primary.rolloutStateReason ?? 'the deployment of the old version failed too',
        };
      }
      if (undone.kind === 'by-ecs' && undone.serviceDeploymentArn !== undefined) {
        const read = await reader.serviceDeployment(undone.serviceDeploymentArn).catch(() => undefined);
        if (read?.status === 'ROLLBACK_FAILED' || (read?.status === 'STOPPED' && !isBack)) {
          return {
            kind: 'failed',
            why: read.statusReason ?? `the service deployment ended as ${read.status}`,
          };
        }
        // Asked to roll back, it completed first: ECS allows that (documented).
        if (read?.status === 'SUCCESSFUL')
          return { kind: 'failed', why: 'the deployment completed before it was undone' };
      }
      const line = isBack
        ? `rolling back: ${running} of ${desired} old tasks running`
        : 'rolling back: waiting for ECS';
      if (line !== told) say(line);
      told = line;
    } catch (error) {
      if (kindOf(error) === 'credentials' || kindOf(error) === 'denied') throw error;
      say(`ecs:DescribeServices failed and is tried again: ${wordsOf(error)}`);
    }
    await reader.tick(signal);
  }
  return { kind: 'out-of-time', minutes: limitMinutes };
}
