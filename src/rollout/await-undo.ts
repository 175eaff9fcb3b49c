import type { Deployment, ServiceDeployment } from '@aws-sdk/client-ecs';
import { kindOf, wordsOf } from '../aws/errors.ts';
import type { Clock } from '../clock.ts';
import { isNewer, isSurelyNewer } from './deployment-age.ts';
import type { Reader } from './reader.ts';
import type { Rollout } from './rollout.ts';
import { failureOf } from './task-failure.ts';
import type { Undo } from './undo.ts';

/** How an undo ended, after it was followed. */
export type Undone =
  | {
      readonly kind: 'back';
      readonly deploymentId: string;
      readonly taskDefinitionArn: string;
      readonly running: number;
      readonly desired: number;
      /** False: at the time limit all its tasks ran and none had failed, and ECS had not called it completed yet. */
      readonly isCompleted: boolean;
    }
  /** Somebody began another deployment meanwhile. */
  | { readonly kind: 'not-ours'; readonly primaryId: string }
  /** Asked to roll back, it completed first: ECS allows that (documented). */
  | { readonly kind: 'completed'; readonly running: number; readonly desired: number }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'out-of-time' }
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
  until,
  signal,
}: {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly rollout: Rollout;
  readonly undone: Undo & { kind: 'by-ecs' | 'by-update' };
  /** By the clock. */
  readonly until: number;
  readonly signal: AbortSignal;
}): Promise<Undone> {
  let told = '';
  let stranger = '';
  let up: { readonly primary: Deployment; readonly since: number } | undefined;
  while (clock.now() < until) {
    if (signal.aborted) return { kind: 'interrupted' };
    try {
      const service = await reader.service(rollout.clusterArn, rollout.serviceArn);
      const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
      up = isUp(rollout, undone, primary) ? { primary, since: up?.since ?? clock.now() } : undefined;
      const deployment =
        undone.kind === 'by-ecs' && undone.serviceDeploymentArn !== undefined
          ? await reader.serviceDeployment(undone.serviceDeploymentArn).catch(() => undefined)
          : undefined;
      const end = endOfUndo(rollout, undone, primary, deployment);
      // Seen twice: one reading may be older than the rollback (ECS is eventually consistent).
      if (end?.kind === 'not-ours' && stranger !== end.primaryId) stranger = end.primaryId;
      else if (end !== undefined) return end;
      const { runningCount = 0, desiredCount = 0 } = primary ?? {};
      const line =
        primary !== undefined && primary.id !== rollout.deploymentId
          ? `rolling back: ${runningCount} of ${desiredCount} old tasks running`
          : 'rolling back: waiting for ECS';
      if (line !== told) say(line);
      told = line;
    } catch (error) {
      if (kindOf(error) === 'credentials' || kindOf(error) === 'denied') throw error;
      say(`ecs:DescribeServices failed and is tried again: ${wordsOf(error)}`);
    }
    await reader.tick(signal);
  }
  return up !== undefined && clock.now() - up.since >= steadyMilliseconds
    ? atLimit(reader, rollout, up.primary)
    : { kind: 'out-of-time' };
}

/** Longer than a task that crashes soon after its start is up; ECS itself asks for 40 seconds (documented). */
const steadyMilliseconds = 60_000;

/**
 * The old version whose tasks have all been running for a minute, and of which none failed since, is back, though old
 * tasks still drain or a bake time runs: that takes as long as the service is set to. What can't be seen is not back.
 */
async function atLimit(reader: Reader, rollout: Rollout, primary: Deployment): Promise<Undone> {
  const { clusterArn, serviceName, createdAt } = rollout;
  const { id: deploymentId = '', taskDefinition: taskDefinitionArn = '' } = primary;
  const { runningCount: running = 0, desiredCount: desired = 0 } = primary;
  try {
    const stopped = await reader.taskArns(clusterArn, serviceName, 'STOPPED');
    const tasks = await reader.tasks(clusterArn, stopped, deploymentId);
    const hasFailed = tasks.some(
      (task) =>
        failureOf(task) !== undefined && (task.times.stopping ?? Infinity) >= (createdAt?.getTime() ?? 0),
    );
    if (hasFailed) return { kind: 'out-of-time' };
  } catch {
    return { kind: 'out-of-time' };
  }
  return { kind: 'back', deploymentId, taskDefinitionArn, running, desired, isCompleted: false };
}

/** Whether PRIMARY is the way back with as many tasks as it shall have. */
function isUp(
  rollout: Rollout,
  undone: Undo & { kind: 'by-ecs' | 'by-update' },
  primary: Deployment | undefined,
): primary is Deployment {
  if (primary?.id === undefined || primary.id === rollout.deploymentId) return false;
  if (isAnother(rollout, undone, primary, undefined)) return false;
  const { runningCount = 0, desiredCount = 0, pendingCount = 0 } = primary;
  return runningCount >= desiredCount && pendingCount === 0;
}

/**
 * How an undo stands; undefined while it goes on. Pure.
 *
 * @param primary of the service; @param deployment our own service deployment, where ECS rolls it back and tells it
 */
export function endOfUndo(
  rollout: Pick<Rollout, 'deploymentId' | 'createdAt'>,
  undone: Undo & { kind: 'by-ecs' | 'by-update' },
  primary: Deployment | undefined,
  deployment: Pick<ServiceDeployment, 'status' | 'statusReason'> | undefined,
): Undone | undefined {
  const { runningCount: running = 0, desiredCount: desired = 0, rolloutState } = primary ?? {};
  const isBack = primary !== undefined && primary.id !== rollout.deploymentId;
  if (undone.kind === 'by-ecs' && undone.serviceDeploymentArn !== undefined && deployment === undefined)
    return undefined;
  const { status, statusReason } = deployment ?? {};
  if (status === 'ROLLBACK_FAILED' || (status === 'STOPPED' && !isBack)) {
    return { kind: 'failed', why: statusReason ?? `the service deployment ended as ${status}` };
  }
  if (status === 'SUCCESSFUL' && primary?.id === rollout.deploymentId)
    return { kind: 'completed', running, desired };
  // What is PRIMARY now is the old version only when ECS says that its rollback is over.
  if (status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS' || !isBack) return undefined;

  if (isAnother(rollout, undone, primary, status))
    return { kind: 'not-ours', primaryId: primary.id ?? 'unknown' };

  if (rolloutState === 'FAILED') {
    return {
      kind: 'failed',
      why: primary.rolloutStateReason ?? 'the deployment of the old version failed too',
    };
  }
  return rolloutState === 'COMPLETED' || (rolloutState === undefined && running >= desired)
    ? {
        kind: 'back',
        deploymentId: primary.id ?? '',
        taskDefinitionArn: primary.taskDefinition ?? '',
        running,
        desired,
        isCompleted: true,
      }
    : undefined;
}

/** Whether PRIMARY is neither our deployment nor the rollback of it. */
function isAnother(
  rollout: Pick<Rollout, 'createdAt'>,
  undone: Undo & { kind: 'by-ecs' | 'by-update' },
  primary: Deployment,
  status: ServiceDeployment['status'],
): boolean {
  if (undone.kind === 'by-update') return primary.id !== undone.deploymentId;
  if (status === 'ROLLBACK_SUCCESSFUL') return false;
  // Another deployment stops ours (documented), also one that was asked to roll back.
  if (status === 'STOPPED') return isNewer(primary.createdAt, rollout.createdAt);
  return isSurelyNewer(primary.createdAt, rollout.createdAt);
}
