import { plain } from '../report/plain.ts';
import { judgeCompleted } from './after-completion.ts';
import { type End, endOf } from './end.ts';
import { countFailures, type FailureCount } from './failure-count.ts';
import { heldBy } from './protection.ts';
import { countsOf, ownDeployment, primaryDeployment, type Snapshot } from './snapshot.ts';
import type { TaskFailure } from './task-failure.ts';

/** What a snapshot means: wait, say that it is paused, an end that ECS decided, or an end that we decide. */
export type Verdict =
  | { readonly kind: 'waiting'; readonly phase: Phase; readonly failures: FailureCount }
  | { readonly kind: 'paused'; readonly hook: string; readonly expires: Date | undefined }
  /** ECS calls it completed, but tasks have failed: whether more do is waited for. */
  | { readonly kind: 'watching'; readonly failures: number; readonly seconds: number }
  | { readonly kind: 'ended'; readonly end: End }
  | { readonly kind: 'giveUp'; readonly why: GiveUp };

export type Phase =
  | 'starting' // new tasks are not all up
  | 'finishing' // all are; old ones drain, or a bake time runs
  | 'ecs-rolling-back'
  | 'ecs-stopping'
  | 'unknown-state';

/** Why we end a rollout that ECS still pursues. */
export type GiveUp =
  | { readonly kind: 'tasks-failed'; readonly failures: readonly TaskFailure[]; readonly threshold: number }
  /** ECS has completed the deployment, and tasks fail as they did before. */
  | {
      readonly kind: 'keeps-failing';
      readonly failures: readonly TaskFailure[];
      /** How many of them since the completion. */
      readonly later: number;
      readonly watchedSeconds: number;
    }
  | { readonly kind: 'no-progress'; readonly idleSeconds: number }
  | { readonly kind: 'time-limit'; readonly elapsedSeconds: number };

export interface Policy {
  readonly failFast: boolean;
  readonly circuitBreaker: boolean;
  readonly limitSeconds: number;
  /** What ECS's own rollback (or its stopping of the deployment) gets on top of the limit. */
  readonly rollbackSeconds: number;
  readonly noProgressSeconds: number | undefined;
}

/** Judges a rollout: a pure function, in the order in which the rules take precedence. */
export function judge(snapshot: Snapshot, policy: Policy): Verdict {
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
    // The new version has what it wants, or somebody has to decide: undoing now would take a healthy version away.
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
  const primary = primaryDeployment(snapshot);
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
