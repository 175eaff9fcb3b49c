import type { Tally } from './tally.ts';
import type { TaskView } from './view.ts';

/**
 * Brings a deployment to its count. The replacement of an unhealthy task is started first where the maximum allows it,
 * else the unhealthy one is stopped to make room.
 */
export function maintain(
  deployment: { readonly id: string; readonly mayStartAt: number },
  wanted: number,
  count: Tally,
  now: number,
  most = Number.POSITIVE_INFINITY,
): void {
  const { id } = deployment;
  if (count.healthy(id).length >= wanted) {
    for (const task of count.bad(id)) count.stop(task, 'unhealthy');
    return;
  }
  const good = count.good(id).length;
  const missing = Math.max(0, Math.min(wanted, most) - good);
  if (missing === 0) return;
  if (now < deployment.mayStartAt) {
    count.wake(deployment.mayStartAt);
    return;
  }
  const unhealthy = count.bad(id);
  const makeRoom = Math.max(0, missing - count.room());
  for (const task of oldestFirst(unhealthy).slice(0, makeRoom)) count.stop(task, 'unhealthy');
  const starts = Math.min(missing, count.room());
  count.start(id, starts, Math.min(starts, unhealthy.length));
}

/** Sorts the tasks by who goes first: one that isn't healthy yet, then the oldest of an older deployment (our choice). */
export function dispensable(tasks: readonly TaskView[]): TaskView[] {
  return tasks.toSorted(
    (one, other) =>
      Number(one.health === 'healthy') - Number(other.health === 'healthy') ||
      one.createdAt - other.createdAt,
  );
}

const oldestFirst = (tasks: readonly TaskView[]): TaskView[] =>
  tasks.toSorted((one, other) => one.createdAt - other.createdAt);
