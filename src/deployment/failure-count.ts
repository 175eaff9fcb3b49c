import { countsOf, type Snapshot } from './observe/snapshot.ts';
import { failureOf, type TaskFailure } from './observe/task-failure.ts';

export interface FailureCount {
  readonly count: number;
  readonly threshold: number;
}

/**
 * Which failures count, and how many are enough.
 *
 * Without a circuit breaker: half of the desired tasks, at least 3 and at most 200 (the breaker's own default), or 3
 * in the same way while no task was ever healthy. With one, ECS counts by the user's own settings; only tasks that ran and then
 * exited by themselves are counted here, because the breaker forgets those (documented).
 *
 * As for the breaker's default, a task that becomes healthy forgives the failures before it; but only while it is
 * still healthy, so that tasks that start, live for a minute and crash do not forgive each other.
 */
export function countFailures(
  snapshot: Snapshot,
  policy: { readonly circuitBreaker: boolean },
): { readonly counted: readonly TaskFailure[]; readonly threshold: number } {
  const newestHealthy = Math.max(Number.NEGATIVE_INFINITY, ...snapshot.healthy.values());
  const counted = snapshot.tasks
    .flatMap((task) => failureOf(task) ?? [])
    .filter(({ task }) => (snapshot.failureSeen.get(task.arn) ?? 0) >= newestHealthy)
    .filter(({ kind }) => !policy.circuitBreaker || kind === 'exited');
  const threshold = Math.min(200, Math.max(3, Math.ceil(countsOf(snapshot).desired / 2)));
  const byCause = Map.groupBy(counted, ({ fingerprint }) => fingerprint);
  const sameCause = [...byCause.values()].some((group) => group.length >= 3);
  return { counted, threshold: sameCause && !snapshot.wasHealthy ? 3 : threshold };
}
