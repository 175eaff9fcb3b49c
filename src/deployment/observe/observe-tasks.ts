import type { Clock } from '../../process/clock.ts';
import type { DeploymentRef } from '../../reference/deployment.ts';
import type { Reader } from '../../service/reader.ts';
import type { TargetGroups } from '../../service/target-groups.ts';
import type { TaskView } from '../../service/task.ts';
import type { Snapshot } from './snapshot.ts';
import type { TargetHealthReader } from './target-health.ts';
import { failureOf } from './task-failure.ts';

/** What is known of the tasks that a deployment started: each is kept once it was observed, even when ECS forgets it. */
export interface TaskObserver {
  /** Whether enough time has passed since the last read for another that nothing has announced. */
  isDue(): boolean;
  /** @throws whatever a read throws; what was known stays */
  read(): Promise<void>;
  /** Makes a read due that asks for health too. */
  refresh(): void;
  observed(): Pick<Snapshot, 'tasks' | 'healthy' | 'wasHealthy' | 'failureSeen'>;
  count(): number;
}

/** Seconds between two reads that nothing in the service deployment has announced. */
const every = { stoppedTasks: 15, failingTasks: 10 };

/** How long a task without any health check has to run before ECS takes it for healthy (documented). */
const healthyAfterMilliseconds = 40_000;

/** What decides for ECS whether a task is healthy. */
export interface HealthSources {
  /** The target groups of the service; the revision says which group of a pair counts. */
  readonly targetGroups: TargetGroups;
  /** Whether the task definition has a container health check, so that HEALTHY means something. */
  readonly hasHealthCheck: boolean;
}

export function createTaskObserver({
  deployment,
  hasHealthCheck,
  targetGroups,
  reader,
  targetHealth,
  clock,
}: {
  readonly deployment: DeploymentRef;
  readonly hasHealthCheck: boolean;
  /** As known at that moment. */
  readonly targetGroups: () => TargetGroups;
  readonly reader: Reader;
  readonly targetHealth: Pick<TargetHealthReader, 'healthyAddresses'>;
  readonly clock: Clock;
}): TaskObserver {
  const started = clock.now();
  let readAt = started;
  let wasHealthy = false;
  let isRefreshed = false;
  const tasks = new Map<string, TaskView>();
  const foreign = new Set<string>();
  const runningSince = new Map<string, number>();
  const failureSeen = new Map<string, number>();
  let healthy = new Map<string, number>();

  return {
    isDue: () => {
      const seconds = failureSeen.size > 0 ? every.failingTasks : every.stoppedTasks;
      return clock.now() - readAt >= seconds * 1000;
    },
    refresh: () => {
      readAt = Number.NEGATIVE_INFINITY;
      isRefreshed = true;
    },
    observed: () => ({ tasks: [...tasks.values()], healthy, wasHealthy, failureSeen }),
    count: () => tasks.size,
    read: async () => {
      const { clusterArn, name: serviceName } = deployment.service;
      readAt = clock.now();
      const stopped = await reader.taskArns(clusterArn, serviceName, 'STOPPED');
      // Health is asked for only where it decides: whether failures are forgiven (fewer than three never end a
      // rollout), and whether giving up would take away a version that is up.
      const decides = failureSeen.size >= 2 || isRefreshed;
      isRefreshed = false;
      const running = decides ? await reader.taskArns(clusterArn, serviceName, 'RUNNING') : [];
      const wanted = [
        ...stopped.filter((arn) => tasks.get(arn)?.lastStatus !== 'STOPPED'),
        ...running,
      ].filter((arn) => !foreign.has(arn));
      const read = await reader.tasks(clusterArn, wanted, deployment.id);
      for (const arn of read.foreign) foreign.add(arn);
      for (const task of read.own) keep(task);
      healthy = await healthyTasks([...tasks.values()].filter((task) => isRunning(task, running)));
      wasHealthy ||= healthy.size > 0;
    },
  };

  function keep(task: TaskView): void {
    tasks.set(task.arn, task);
    if (task.lastStatus === 'RUNNING' && !runningSince.has(task.arn)) runningSince.set(task.arn, clock.now());
    if (failureOf(task) !== undefined && !failureSeen.has(task.arn)) failureSeen.set(task.arn, clock.now());
  }

  /**
   * As ECS decides it (documented): by the load balancer and the container health checks where there are any, else by
   * 40 seconds of running. Where the load balancer may not be asked, 40 seconds of running count too: to wait longer
   * than needed is the safe side.
   */
  async function healthyTasks(running: readonly TaskView[]): Promise<Map<string, number>> {
    const targets = running.length === 0 ? undefined : await targetHealth.healthyAddresses(targetGroups());
    const found = new Map<string, number>();
    for (const task of running) {
      const isOld = runningMilliseconds(task) >= healthyAfterMilliseconds;
      const isUp = hasHealthCheck ? task.healthStatus === 'HEALTHY' : targets !== undefined || isOld;
      const isReached = targets === undefined || targets.has(task.privateIp ?? '');
      if (isUp && isReached) found.set(task.arn, healthy.get(task.arn) ?? clock.now());
    }
    return found;
  }

  /** By AWS's clock, which is the deployment's creation and what has passed since we know of it; else by our own. */
  function runningMilliseconds({ arn, times }: TaskView): number {
    const now = clock.now();
    const bySight = now - (runningSince.get(arn) ?? now);
    if (deployment.createdAt === undefined || times.started === undefined) return bySight;
    return Math.max(bySight, deployment.createdAt.getTime() + (now - started) - times.started);
  }
}

function isRunning(task: TaskView, running: readonly string[]): boolean {
  return task.lastStatus === 'RUNNING' && task.stopCode === undefined && running.includes(task.arn);
}
