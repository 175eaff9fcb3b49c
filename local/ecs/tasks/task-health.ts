import type { TargetHealth } from '../../elb/target-groups.ts';
import type { Health } from '../model/task.ts';

export interface Verdict {
  readonly health: Health;
  readonly failed?: 'container checks' | 'target checks';
  /** When the verdict changes without anything else happening, in milliseconds since the epoch. */
  readonly changesAt?: number;
}

/** A task without any check is healthy after it was RUNNING for so long (documented). */
const healthyAfterSeconds = 40;

/**
 * A task as the scheduler sees it (documented): with health checks of essential containers all of these must pass,
 * with target groups every target must be healthy. Failing checks do not count in the grace period, neither those
 * of the load balancer nor those of containers (documented).
 */
export function judgeTask(task: {
  readonly now: number;
  /** When it became RUNNING; undefined before. */
  readonly startedAt: number | undefined;
  /** The health of the essential containers with a check; undefined without such a container. */
  readonly containers: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN' | undefined;
  readonly targets: readonly (TargetHealth | undefined)[];
  readonly graceSeconds: number;
}): Verdict {
  const { now, startedAt, containers, targets } = task;
  if (startedAt === undefined) return { health: 'starting' };
  const failed = failedChecks(containers, targets);
  const graceEnds = startedAt + task.graceSeconds * 1000;
  if (failed !== undefined) {
    return now < graceEnds ? { health: 'starting', changesAt: graceEnds } : { health: 'unhealthy', failed };
  }
  if (containers === undefined && targets.length === 0) {
    const healthyAt = startedAt + healthyAfterSeconds * 1000;
    return now < healthyAt ? { health: 'starting', changesAt: healthyAt } : { health: 'healthy' };
  }
  const containersPass = containers === undefined || containers === 'HEALTHY';
  return { health: containersPass && targets.every(passes) ? 'healthy' : 'starting' };
}

function failedChecks(
  containers: string | undefined,
  targets: readonly (TargetHealth | undefined)[],
): Verdict['failed'] {
  if (containers === 'UNHEALTHY') return 'container checks';
  return targets.some((target) => target?.state === 'unhealthy') ? 'target checks' : undefined;
}

/** A target group that no listener uses checks nothing; that such a target passes is our choice. */
const passes = (target: TargetHealth | undefined): boolean =>
  target?.state === 'healthy' || target?.state === 'unused' || target?.state === 'unavailable';
