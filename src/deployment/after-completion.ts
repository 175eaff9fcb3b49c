import { primaryOf } from '../service/primary.ts';
import { nameOf, taskCount } from '../text/words.ts';
import { countFailures } from './failure-count.ts';
import type { End } from './observe/end.ts';
import { countsOf, ownDeployment, type Snapshot } from './observe/snapshot.ts';
import { failureOf, type TaskFailure } from './observe/task-failure.ts';
import type { RolloutPolicy } from './policy.ts';
import type { Verdict } from './verdict.ts';

type Completed = End & { readonly kind: 'completed' };

/** Longer than this nobody waits for a version that may be good (our choice). */
const mostSeconds = 120;

/**
 * Judges a deployment that ECS calls completed. ECS forgets a task that ran and ended by itself as soon as another one
 * is up, so a version that runs out of memory every minute completes too. When tasks of this deployment have failed, it
 * is watched for as long as failing took them: another failure in that time means that the version keeps failing. Pure.
 */
export function judgeCompleted(snapshot: Snapshot, end: Completed, policy: RolloutPolicy): Verdict {
  const failures = failuresOf(snapshot);
  const { desired } = countsOf(snapshot);
  const primary = primaryOf(snapshot.service);
  const isReplaced = primary !== undefined && primary.id !== snapshot.deploymentId;
  const early = isReplaced || !hasEarlySuccess(snapshot) ? undefined : judgeEarly(snapshot, policy);
  if (early !== undefined && early.kind !== 'ended') return early;
  if (failures.length === 0 && early !== undefined) return early;
  if (failures.length === 0 || desired === 0 || isReplaced) return { kind: 'ended', end };
  const later = failures.filter((failure) => isLater(failure, snapshot));
  const before = failures.filter((failure) => !later.includes(failure));
  const watchedSeconds = snapshot.completed?.seconds ?? 0;
  const keepsFailing: Verdict = {
    kind: 'giveUp',
    why: { kind: 'keeps-failing', failures, later: later.length, watchedSeconds },
  };
  // One of many that dies is no broken version; of ten or fewer, each counts (our choice).
  if (later.length >= Math.max(1, Math.ceil(desired / 10))) return keepsFailing;
  const seconds = watchSeconds(before);
  // What the service deployment tells of its tasks is frozen once it is over (documented).
  const running = ownDeployment(snapshot)?.runningCount ?? end.running;
  const isShort = running < desired;
  if (watchedSeconds < (isShort ? mostSeconds : seconds)) {
    return { kind: 'watching', failures: failures.length, seconds };
  }
  if (running === 0) return keepsFailing;
  return { kind: 'ended', end: { ...end, running, desired, failures: failures.length } };
}

/**
 * Judges a deployment that ECS called successful by early success criteria, which prove only a share of the tasks: goes on
 * until all run. ECS neither watches nor stops it any more (documented), so the run's own limits end it.
 */
function judgeEarly(snapshot: Snapshot, policy: RolloutPolicy): Verdict {
  const { deploymentId, service, tasks, healthy, elapsedSeconds } = snapshot;
  const { desired } = countsOf(snapshot);
  const { runningCount: running = 0, pendingCount: pending = 0 } = ownDeployment(snapshot) ?? {};
  const old = (service?.deployments ?? []).filter(
    ({ id, runningCount = 0 }) => id !== deploymentId && runningCount > 0,
  );
  const draining = old
    .map(
      ({ runningCount = 0, taskDefinition = '' }) =>
        `${taskCount(runningCount)} of ${nameOf(taskDefinition)}`,
    )
    .join(', ');
  // Without the permission to read tasks, their health is unknown.
  const areHealthy = tasks.length === 0 || healthy.size >= desired;
  if (running >= desired && pending === 0 && areHealthy) {
    return { kind: 'ended', end: { kind: 'completed', running, desired, draining } };
  }
  const { counted, threshold } = countFailures(snapshot, { ...policy, circuitBreaker: false });
  if (policy.failFast && counted.length >= threshold) {
    return { kind: 'giveUp', why: { kind: 'tasks-failed', failures: counted, threshold } };
  }
  if (elapsedSeconds >= policy.limitSeconds) {
    return { kind: 'giveUp', why: { kind: 'time-limit', elapsedSeconds } };
  }
  return { kind: 'completing', running, desired, draining };
}

/** As the deployment began, or as the service has it where ECS shows no record. */
function hasEarlySuccess({ service, serviceDeployment }: Snapshot): boolean {
  const { earlySuccessCriteria } =
    serviceDeployment?.deploymentConfiguration ?? service?.deploymentConfiguration ?? {};
  return earlySuccessCriteria?.enable === true;
}

/** How long the tasks that failed took for it, from their order to their end; the longest, and at most two minutes. */
export function watchSeconds(failures: readonly TaskFailure[]): number {
  const lives = failures.map(({ task: { times } }) => {
    const ended = times.stopping ?? times.stopped;
    return ended === undefined || times.created === undefined
      ? mostSeconds
      : Math.max(0, (ended - times.created) / 1000);
  });
  return Math.min(mostSeconds, Math.max(0, ...lives));
}

/** The tasks of this deployment that failed, forgiven or not. */
export function failuresOf({ tasks }: Pick<Snapshot, 'tasks'>): readonly TaskFailure[] {
  return tasks.flatMap((task) => failureOf(task) ?? []);
}

/** Seen after the completion, and not told by AWS to have been before it. */
function isLater({ task }: TaskFailure, { completed, failureSeen, serviceDeployment }: Snapshot): boolean {
  if (completed === undefined || (failureSeen.get(task.arn) ?? 0) <= completed.at) return false;
  const finished = serviceDeployment?.finishedAt?.getTime() ?? Number.NEGATIVE_INFINITY;
  return (task.times.stopping ?? Number.POSITIVE_INFINITY) >= finished;
}
