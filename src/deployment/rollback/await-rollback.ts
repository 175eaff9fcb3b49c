import { kindOf, wordsOf } from '../../aws/errors.ts';
import type { Clock } from '../../process/clock.ts';
import { rateLimitedLog } from '../../process/rate-limited-log.ts';
import { untilCancelled } from '../../process/until-cancelled.ts';
import type { DeploymentRef } from '../../reference/deployment.ts';
import { type IdentifiedDeployment, primaryOf } from '../../service/primary.ts';
import type { Reader } from '../../service/reader.ts';
import { failureOf } from '../observe/task-failure.ts';
import { endOfRollback, isUp, type RollbackEnd, type StartedRollback } from './end-of-rollback.ts';

export interface AwaitRollbackOptions {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly deployment: DeploymentRef;
  readonly started: StartedRollback;
  /** By the clock. */
  readonly until: number;
  readonly signal: AbortSignal;
}

/**
 * Follows a rollback until the service runs the rollback target: PRIMARY, COMPLETED, with all its tasks.
 * @throws Failure when nothing can be seen any more
 */
export async function awaitRollback({
  reader,
  clock,
  say,
  deployment: own,
  started,
  until,
  signal,
}: AwaitRollbackOptions): Promise<RollbackEnd> {
  const tell = rateLimitedLog(clock, say);
  let last = '';
  let doubted: string | undefined = '';
  let up: { readonly primary: IdentifiedDeployment; readonly since: number } | undefined;
  const reads = reader.until(signal);
  while (clock.now() < until) {
    if (signal.aborted) return { kind: 'interrupted' };
    try {
      const service = await untilCancelled(signal, reads.service(own.service.clusterArn, own.service.arn));
      if (service === 'cancelled') continue;
      const primary = primaryOf(service);
      up = isUp(own, started, primary) ? { primary, since: up?.since ?? clock.now() } : undefined;
      const deployment =
        started.kind === 'by-ecs' && started.serviceDeploymentArn !== undefined
          ? await untilCancelled(
              signal,
              reads.serviceDeployment(started.serviceDeploymentArn).catch(() => undefined),
            )
          : undefined;
      if (deployment === 'cancelled') continue;
      const end = endOfRollback(own, started, primary, deployment);
      // Read twice: one reading may be older than the rollback (ECS is eventually consistent).
      if (end !== undefined && isDoubtful(end, started) && doubted !== primary?.id) doubted = primary?.id;
      else if (end !== undefined) return end;
      const { runningCount = 0, desiredCount = 0 } = primary ?? {};
      // Old tasks that crash as well go up and down for as long as the limit.
      const line =
        primary !== undefined && primary.id !== own.id
          ? `rolling back: ${runningCount} of ${desiredCount} old tasks running`
          : 'rolling back: waiting for ECS';
      if (line !== last) tell(line);
      last = line;
    } catch (error) {
      if (kindOf(error) === 'credentials' || kindOf(error) === 'denied') throw error;
      tell(`ecs:DescribeServices failed and is tried again: ${wordsOf(error)}`, 'failed');
    }
    await reads.tick(signal);
  }
  return up !== undefined && clock.now() - up.since >= steadyMilliseconds
    ? atLimit(reads, own, up.primary)
    : { kind: 'out-of-time' };
}

/** Whether an end rests on a PRIMARY that is neither our deployment nor the one that leads back. */
function isDoubtful(end: RollbackEnd, started: StartedRollback): boolean {
  if (end.kind === 'not-ours') return true;
  return end.kind === 'back' && started.kind === 'by-update' && end.deploymentId !== started.deploymentId;
}

/** Longer than a task that crashes soon after its start is up; ECS itself asks for 40 seconds (documented). */
const steadyMilliseconds = 60_000;

/**
 * The old version whose tasks have all been running for a minute, and of which none failed since, is back, though old
 * tasks still drain or a bake time runs: that takes as long as the service is set to. What can't be seen is not back.
 */
async function atLimit(
  reader: Reader,
  { service: { clusterArn, name: serviceName }, createdAt }: DeploymentRef,
  primary: IdentifiedDeployment,
): Promise<RollbackEnd> {
  const { id: deploymentId, taskDefinition: taskDefinitionArn } = primary;
  const { runningCount: running = 0, desiredCount: desired = 0 } = primary;
  try {
    const stopped = await reader.taskArns(clusterArn, serviceName, 'STOPPED');
    const { own } = await reader.tasks(clusterArn, stopped, deploymentId);
    const hasFailed = own.some(
      (task) =>
        failureOf(task) !== undefined && (task.times.stopping ?? Infinity) >= (createdAt?.getTime() ?? 0),
    );
    if (hasFailed) return { kind: 'out-of-time' };
  } catch {
    return { kind: 'out-of-time' };
  }
  return { kind: 'back', deploymentId, taskDefinitionArn, running, desired, isCompleted: false };
}
