import { primaryOf } from '../service/primary.ts';
import { plain } from '../text/sanitize.ts';
import { judgeCompleted } from './after-completion.ts';
import { countFailures } from './failure-count.ts';
import { endOf } from './observe/end.ts';
import { heldBy } from './observe/protection.ts';
import { countsOf, ownDeployment, type Snapshot } from './observe/snapshot.ts';
import type { RolloutPolicy } from './policy.ts';
import type { Phase, Verdict } from './verdict.ts';

/** Judges a rollout: a pure function, in the order in which the rules take precedence. */
export function judge(snapshot: Snapshot, policy: RolloutPolicy): Verdict {
  const end = endOf(snapshot);
  if (end?.kind === 'completed') return judgeCompleted(snapshot, end);
  if (end !== undefined) return { kind: 'ended', end };

  const pause = pauseOf(snapshot);
  const failures = countFailures(snapshot, policy);
  const phase = phaseOf(snapshot);
  const isOurs = phase === 'starting' || phase === 'finishing' || phase === 'unknown-state';

  if (isOurs && policy.failFast && failures.counted.length >= failures.threshold) {
    return {
      kind: 'giveUp',
      why: { kind: 'tasks-failed', failures: failures.counted, threshold: failures.threshold },
    };
  }
  if (isOurs && phase !== 'finishing' && pause === undefined) {
    if (snapshot.elapsedSeconds >= policy.limitSeconds) {
      return { kind: 'giveUp', why: { kind: 'time-limit', elapsedSeconds: snapshot.elapsedSeconds } };
    }
    if (snapshot.idleSeconds >= (policy.noProgressSeconds ?? Number.POSITIVE_INFINITY)) {
      return { kind: 'giveUp', why: { kind: 'no-progress', idleSeconds: snapshot.idleSeconds } };
    }
  } else if (isOurs && snapshot.elapsedSeconds >= policy.limitSeconds) {
    // The new version has what it wants, or somebody has to decide: rolling back now would take a healthy version away.
    return {
      kind: 'ended',
      end:
        pause === undefined
          ? { kind: 'out-of-time', remaining: remainingWork(snapshot) }
          : { kind: 'paused-too-long', ...pause },
    };
  }
  const { elapsedSeconds } = snapshot;
  if (!isOurs && elapsedSeconds >= policy.limitSeconds + policy.rollbackSeconds) {
    return { kind: 'ended', end: { kind: 'rollback-unfinished', elapsedSeconds } };
  }
  if (pause !== undefined) return { kind: 'paused', ...pause };
  return {
    kind: 'waiting',
    phase,
    failures: { count: failures.counted.length, threshold: failures.threshold },
  };
}

/** The lifecycle hook that somebody has to answer. */
function pauseOf({
  serviceDeployment,
}: Snapshot): { readonly hook: string; readonly expires: Date | undefined } | undefined {
  const hook = serviceDeployment?.lifecycleHookDetails?.find(({ status }) => status === 'AWAITING_ACTION');
  return hook && { hook: plain(hook.hookId ?? 'unknown'), expires: hook.expiresAt };
}

function phaseOf(snapshot: Snapshot): Phase {
  const status = snapshot.serviceDeployment?.status;
  const primary = primaryOf(snapshot.service);
  if (status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS') return 'ecs-rolling-back';
  if (status === 'STOP_REQUESTED' || status === 'STOPPED') return 'ecs-stopping';
  if (primary !== undefined && primary.id !== snapshot.deploymentId) return 'ecs-rolling-back';
  if (ownDeployment(snapshot)?.rolloutState === 'FAILED') return 'ecs-rolling-back';
  if (status !== undefined && status !== 'PENDING' && status !== 'IN_PROGRESS') return 'unknown-state';
  const { desired, running, pending } = countsOf(snapshot);
  return running >= desired && pending === 0 && snapshot.healthy.size >= desired ? 'finishing' : 'starting';
}

function remainingWork({ service, deploymentId, protection }: Snapshot): string {
  if (protection !== undefined) return heldBy(protection);
  const drains = service?.deployments?.some(
    ({ id, runningCount = 0 }) => id !== deploymentId && runningCount > 0,
  );
  return drains === true ? 'tasks of the old version are still draining' : 'a bake time is running';
}
