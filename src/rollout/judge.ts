import type { Deployment, ServiceDeployment } from '@aws-sdk/client-ecs';
import { plain } from '../report/plain.ts';
import { countsOf, ownDeployment, primaryDeployment, type Snapshot } from './snapshot.ts';
import { failureOf, type TaskFailure } from './task-failure.ts';

/** What a snapshot means: wait, say that it is paused, an end that ECS decided, or an end that we decide. */
export type Verdict =
  | { readonly kind: 'waiting'; readonly phase: Phase; readonly failures: FailureCount }
  | { readonly kind: 'paused'; readonly hook: string; readonly expires: Date | undefined }
  | { readonly kind: 'ended'; readonly end: End }
  | { readonly kind: 'giveUp'; readonly why: GiveUp };

export type Phase =
  | 'starting' // new tasks are not all up
  | 'finishing' // all are; old ones drain, or a bake time runs
  | 'ecs-rolling-back'
  | 'ecs-stopping'
  | 'unknown-state';

/** What ECS (or a person by way of it) decided. */
export type End =
  | { readonly kind: 'completed'; readonly running: number; readonly desired: number }
  | { readonly kind: 'rolled-back'; readonly by: RolledBackBy; readonly reason: string }
  | {
      readonly kind: 'rollback-failed';
      readonly by: RolledBackBy;
      readonly reason: string;
      /** Whether PRIMARY is still the failed version, so that a way back by other means is worth trying. */
      readonly isFailedLeft: boolean;
    }
  | { readonly kind: 'failed-in-place'; readonly by: 'circuit-breaker' | 'alarm'; readonly reason: string }
  | { readonly kind: 'stopped'; readonly reason: string }
  | { readonly kind: 'superseded'; readonly by: string; readonly taskDefinitionArn: string | undefined }
  | { readonly kind: 'service-gone'; readonly status: string }
  | { readonly kind: 'out-of-time'; readonly remaining: string }
  | { readonly kind: 'paused-too-long'; readonly hook: string; readonly expires: Date | undefined }
  | { readonly kind: 'rollback-unfinished'; readonly elapsedSeconds: number };

export type RolledBackBy = 'circuit-breaker' | 'alarm' | 'hook' | 'person' | 'unknown';

/** Why we end a rollout that ECS still pursues. */
export type GiveUp =
  | { readonly kind: 'tasks-failed'; readonly failures: readonly TaskFailure[]; readonly threshold: number }
  | { readonly kind: 'no-progress'; readonly idleSeconds: number }
  | { readonly kind: 'time-limit'; readonly elapsedSeconds: number };

export interface FailureCount {
  readonly count: number;
  readonly threshold: number;
}

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
  const end = gone(snapshot) ?? endByServiceDeployment(snapshot) ?? endByDeployments(snapshot);
  if (end !== undefined) return { kind: 'ended', end };

  const hook = snapshot.serviceDeployment?.lifecycleHookDetails?.find(
    ({ status }) => status === 'AWAITING_ACTION',
  );
  const failures = countFailures(snapshot, policy);
  const phase = phaseOf(snapshot);
  const isOurs = phase === 'starting' || phase === 'finishing' || phase === 'unknown-state';

  if (isOurs && policy.failFast && failures.counted.length >= failures.threshold) {
    return {
      kind: 'giveUp',
      why: { kind: 'tasks-failed', failures: failures.counted, threshold: failures.threshold },
    };
  }
  if (isOurs && phase !== 'finishing' && hook === undefined) {
    if (snapshot.elapsedSeconds >= policy.limitSeconds) {
      return { kind: 'giveUp', why: { kind: 'time-limit', elapsedSeconds: snapshot.elapsedSeconds } };
    }
    if (policy.noProgressSeconds !== undefined && snapshot.idleSeconds >= policy.noProgressSeconds) {
      return { kind: 'giveUp', why: { kind: 'no-progress', idleSeconds: snapshot.idleSeconds } };
    }
  } else if (isOurs && snapshot.elapsedSeconds >= policy.limitSeconds) {
    // The new version has what it wants, or somebody has to decide: undoing now would take a healthy version away.
    return {
      kind: 'ended',
      end:
        hook === undefined
          ? { kind: 'out-of-time', remaining: remainingWork(snapshot) }
          : { kind: 'paused-too-long', hook: plain(hook.hookId ?? 'unknown'), expires: hook.expiresAt },
    };
  }
  const { elapsedSeconds } = snapshot;
  if (!isOurs && elapsedSeconds >= policy.limitSeconds + policy.rollbackSeconds) {
    return { kind: 'ended', end: { kind: 'rollback-unfinished', elapsedSeconds } };
  }
  if (hook !== undefined) return { kind: 'paused', hook: hook.hookId ?? 'unknown', expires: hook.expiresAt };
  return {
    kind: 'waiting',
    phase,
    failures: { count: failures.counted.length, threshold: failures.threshold },
  };
}

function gone({ service }: Snapshot): End | undefined {
  const status = service?.status;
  return status === 'DRAINING' || status === 'INACTIVE' ? { kind: 'service-gone', status } : undefined;
}

/** The statuses in which a service deployment is over; all others, known or not, go on. */
function endByServiceDeployment(snapshot: Snapshot): End | undefined {
  const deployment = snapshot.serviceDeployment;
  const reason = plain(deployment?.statusReason ?? deployment?.rollback?.reason ?? '');
  switch (deployment?.status) {
    case 'SUCCESSFUL': {
      const { running, desired } = countsOf(snapshot);
      return { kind: 'completed', running, desired };
    }
    case 'ROLLBACK_SUCCESSFUL':
      return { kind: 'rolled-back', by: rolledBackBy(deployment), reason };
    case 'ROLLBACK_FAILED':
      return {
        kind: 'rollback-failed',
        by: rolledBackBy(deployment),
        reason,
        isFailedLeft: primaryDeployment(snapshot)?.id === snapshot.deploymentId,
      };
    case 'STOPPED':
      return stopped(snapshot, deployment, reason);
    default:
      return undefined;
  }
}

/**
 * STOPPED has three causes (documented): another deployment, the circuit breaker or an alarm without rollback, a person.
 * The service tells them apart, so without a reading of the service there is no verdict yet.
 */
function stopped(snapshot: Snapshot, deployment: ServiceDeployment, reason: string): End | undefined {
  const primary = primaryDeployment(snapshot);
  if (primary === undefined) return undefined;
  const by = failedBy(deployment, primary);
  if (by !== undefined && primary.id === snapshot.deploymentId)
    return { kind: 'failed-in-place', by, reason };
  if (primary.id !== snapshot.deploymentId) {
    return { kind: 'superseded', by: primary.id ?? 'unknown', taskDefinitionArn: primary.taskDefinition };
  }
  return { kind: 'stopped', reason };
}

/** FAILED and stopped by nobody that is told is taken for the breaker's work: the failed version is to be undone. */
function failedBy(
  deployment: ServiceDeployment,
  { rolloutState }: Deployment,
): 'circuit-breaker' | 'alarm' | undefined {
  const by = rolledBackBy(deployment);
  if (by === 'circuit-breaker' || by === 'alarm') return by;
  return rolloutState === 'FAILED' && by !== 'person' ? 'circuit-breaker' : undefined;
}

/** The same truth from `deployments[]`, where the service deployment is not to be had. */
function endByDeployments(snapshot: Snapshot): End | undefined {
  if (snapshot.serviceDeployment !== undefined || snapshot.service === undefined) return undefined;
  const own = ownDeployment(snapshot);
  const primary = primaryDeployment(snapshot);
  if (primary === undefined) return undefined;
  if (primary.id === snapshot.deploymentId) {
    if (primary.rolloutState === 'COMPLETED') {
      return { kind: 'completed', running: primary.runningCount ?? 0, desired: primary.desiredCount ?? 0 };
    }
    const { deploymentCircuitBreaker, alarms } = snapshot.service.deploymentConfiguration ?? {};
    const rollsBack = deploymentCircuitBreaker?.rollback === true || alarms?.rollback === true;
    return primary.rolloutState === 'FAILED' && !rollsBack
      ? {
          kind: 'failed-in-place',
          by: /alarm/i.test(primary.rolloutStateReason ?? '') ? 'alarm' : 'circuit-breaker',
          reason: plain(primary.rolloutStateReason ?? ''),
        }
      : undefined;
  }
  if (isNewer(primary.createdAt, own?.createdAt ?? snapshot.createdAt)) {
    return { kind: 'superseded', by: primary.id ?? 'unknown', taskDefinitionArn: primary.taskDefinition };
  }
  // An older deployment is PRIMARY again: ECS rolls back, and is done when that one is COMPLETED (or FAILED, too).
  if (primary.rolloutState === 'IN_PROGRESS') return undefined;
  const reason = plain(primary.rolloutStateReason ?? own?.rolloutStateReason ?? '');
  const by = /circuit breaker/i.test(reason) ? 'circuit-breaker' : 'unknown';
  return primary.rolloutState === 'FAILED'
    ? { kind: 'rollback-failed', by, reason, isFailedLeft: false }
    : { kind: 'rolled-back', by, reason };
}

/** An older deployment that is PRIMARY again was put back by ECS; one of an unknown time is taken for a newer one. */
export function isNewer(theirs: Date | undefined, ours: Date | undefined): boolean {
  return theirs === undefined || ours === undefined || theirs > ours;
}

export function isSurelyNewer(theirs: Date | undefined, ours: Date | undefined): boolean {
  return theirs !== undefined && ours !== undefined && theirs > ours;
}

function rolledBackBy(deployment: ServiceDeployment): RolledBackBy {
  const reason = `${deployment.statusReason ?? ''} ${deployment.rollback?.reason ?? ''}`;
  if (deployment.deploymentCircuitBreaker?.status === 'TRIGGERED' || /circuit breaker/i.test(reason)) {
    return 'circuit-breaker';
  }
  if (deployment.alarms?.status === 'TRIGGERED' || /alarm/i.test(reason)) return 'alarm';
  if (/lifecycle hook/i.test(reason)) return 'hook';
  // The wording for StopServiceDeployment is not documented; a reason that speaks of a stop or a request is taken so.
  if (/stop|request|user|manual/i.test(reason)) return 'person';
  return 'unknown';
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

function remainingWork(snapshot: Snapshot): string {
  const old = snapshot.service?.deployments?.filter(
    ({ id, runningCount = 0 }) => id !== snapshot.deploymentId && runningCount > 0,
  );
  return old !== undefined && old.length > 0
    ? 'tasks of the old version are still draining'
    : 'a bake time is running';
}

/**
 * Which failures count, and how many are enough.
 *
 * Without a circuit breaker: half of the desired tasks, at least 3 and at most 200 (the breaker's own default), or 3
 * alike while no task was ever healthy. With one, ECS counts by the user's own settings; only tasks that ran and then
 * exited by themselves are counted here, because the breaker forgets those (documented).
 *
 * As for the breaker's default, a task that becomes healthy forgives the failures before it; but only while it is
 * still healthy, so that tasks that start, live for a minute and crash do not forgive each other.
 */
export function countFailures(
  snapshot: Snapshot,
  policy: Pick<Policy, 'circuitBreaker'>,
): { readonly counted: readonly TaskFailure[]; readonly threshold: number } {
  const newestHealthy = Math.max(Number.NEGATIVE_INFINITY, ...snapshot.healthy.values());
  const counted = snapshot.tasks
    .flatMap((task) => failureOf(task) ?? [])
    .filter(({ task }) => (snapshot.failureSeen.get(task.arn) ?? 0) >= newestHealthy)
    .filter(({ kind }) => !policy.circuitBreaker || kind === 'exited');
  const threshold = Math.min(200, Math.max(3, Math.ceil(countsOf(snapshot).desired / 2)));
  const alike = Map.groupBy(counted, ({ sameness }) => sameness);
  const sameCause = [...alike.values()].some((group) => group.length >= 3);
  return { counted, threshold: sameCause && !snapshot.wasHealthy ? 3 : threshold };
}
