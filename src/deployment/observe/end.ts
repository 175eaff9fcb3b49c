import type { Deployment, ServiceDeployment } from '@aws-sdk/client-ecs';
import { isNewer, isSurelyNewer, primaryOf } from '../../service/primary.ts';
import { plain } from '../../text/sanitize.ts';
import { type RolledBackBy, reasonIn, rolledBackBy } from './rollback-cause.ts';
import { countsOf, ownDeployment, type Snapshot } from './snapshot.ts';
import type { Pause } from './stage.ts';

/** What ECS (or a person by way of it) decided. */
export type End =
  | {
      readonly kind: 'completed';
      readonly running: number;
      readonly desired: number;
      /** How many tasks of this deployment failed, where some did and it was watched since. */
      readonly failures?: number;
      /** The old tasks that still ran after an early success, in words; empty: none. */
      readonly draining?: string;
      /** Somebody requested a rollback, which came too late (documented for CLEAN_UP). */
      readonly isRollbackTooLate?: true;
    }
  | {
      readonly kind: 'rolled-back';
      readonly by: RolledBackBy;
      readonly reason: string;
      /** The pause that was refused. */
      readonly pause?: Pause;
    }
  | {
      readonly kind: 'rollback-failed';
      readonly by: RolledBackBy;
      readonly reason: string;
      /** Whether PRIMARY is still the failed version, so that a rollback by other means is worth trying. */
      readonly isFailedLeft: boolean;
      /** ECS has no version to go back to. */
      readonly isWithoutCandidate?: true;
    }
  | {
      readonly kind: 'failed-in-place';
      readonly by: 'circuit-breaker' | 'alarm';
      readonly reason: string;
      /** ECS was to roll it back, and hasn't begun to: the service has no other deployment. */
      readonly isRollbackMissing?: true;
    }
  | { readonly kind: 'stopped'; readonly reason: string }
  | {
      readonly kind: 'superseded';
      readonly by: string;
      readonly taskDefinitionArn: string | undefined;
      /** The rollback of ECS that was over when the other deployment began. */
      readonly after?: { readonly by: RolledBackBy; readonly reason: string; readonly hasFailed: boolean };
    }
  | { readonly kind: 'service-gone'; readonly status: string }
  | {
      readonly kind: 'out-of-time';
      readonly remaining: string;
      /** Percent of production traffic that the new version has, where ECS still shifts it. */
      readonly production?: number | 'unknown';
    }
  | ({ readonly kind: 'paused-too-long' } & Pause)
  /** The step was to follow the deployment so far. */
  | ({ readonly kind: 'paused' } & Pause)
  | { readonly kind: 'traffic-shifted' }
  | { readonly kind: 'rollback-unfinished'; readonly elapsedSeconds: number };

/** The end that ECS tells; undefined while it goes on, or while it can't be told yet. */
export function endOf(snapshot: Snapshot): End | undefined {
  return gone(snapshot) ?? endByServiceDeployment(snapshot) ?? endByDeployments(snapshot);
}

function gone({ service }: Snapshot): End | undefined {
  const status = service?.status;
  return status === 'DRAINING' || status === 'INACTIVE' ? { kind: 'service-gone', status } : undefined;
}

/** The statuses in which a service deployment is over; all others, known or not, go on. */
function endByServiceDeployment(snapshot: Snapshot): End | undefined {
  const deployment = snapshot.serviceDeployment;
  if (deployment === undefined) return undefined;
  const { reason, isWithoutCandidate } = reasonIn(deployment, snapshot.events, snapshot.deploymentId);
  switch (deployment.status) {
    case 'SUCCESSFUL': {
      const { running, desired } = countsOf(snapshot);
      const tooLate = snapshot.isRollbackRequested ? { isRollbackTooLate: true as const } : {};
      return { kind: 'completed', running, desired, ...tooLate };
    }
    case 'ROLLBACK_SUCCESSFUL':
      return begunAfter(snapshot, deployment, reason) ?? rolledBack(snapshot, deployment, reason);
    case 'ROLLBACK_FAILED':
      return (
        begunAfter(snapshot, deployment, reason) ?? {
          kind: 'rollback-failed',
          by: causeOf(snapshot, deployment, reason),
          reason,
          isFailedLeft: primaryOf(snapshot.service)?.id === snapshot.deploymentId,
          ...(isWithoutCandidate ? { isWithoutCandidate } : {}),
        }
      );
    case 'STOPPED':
      return stopped(snapshot, deployment, reason);
    default:
      return undefined;
  }
}

function causeOf(snapshot: Snapshot, deployment: ServiceDeployment, reason: string): RolledBackBy {
  return rolledBackBy(
    deployment,
    `${reason} ${plain(deployment.rollback?.reason ?? '')}`,
    snapshot.lastPause,
  );
}

function rolledBack(
  snapshot: Snapshot,
  deployment: ServiceDeployment,
  reason: string,
): End & { readonly kind: 'rolled-back' } {
  const by = causeOf(snapshot, deployment, reason);
  const { lastPause } = snapshot;
  const pause = by === 'pause-refused' && lastPause !== undefined ? { pause: lastPause } : {};
  return { kind: 'rolled-back', by, reason, ...pause };
}

/**
 * A deployment that was made after ECS's rollback had ended: what runs now is not what the rollback has put there. The
 * deployment that leads back is part of ours, and made before its end.
 */
function begunAfter(snapshot: Snapshot, deployment: ServiceDeployment, reason: string): End | undefined {
  const primary = primaryOf(snapshot.service);
  if (primary === undefined || primary.id === snapshot.deploymentId) return undefined;
  if (!isSurelyNewer(primary.createdAt, deployment.finishedAt)) return undefined;
  return {
    kind: 'superseded',
    by: primary.id,
    taskDefinitionArn: primary.taskDefinition,
    after: {
      by: causeOf(snapshot, deployment, reason),
      reason,
      hasFailed: deployment.status === 'ROLLBACK_FAILED',
    },
  };
}

/**
 * STOPPED has three causes (documented): another deployment, the circuit breaker or an alarm without rollback, a person.
 * The service tells them apart, so without a reading of the service there is no verdict yet.
 */
function stopped(snapshot: Snapshot, deployment: ServiceDeployment, reason: string): End | undefined {
  const primary = primaryOf(snapshot.service);
  if (primary === undefined) return undefined;
  const cause = causeOf(snapshot, deployment, reason);
  const by = failedBy(cause, primary);
  if (by !== undefined && primary.id === snapshot.deploymentId)
    return { kind: 'failed-in-place', by, reason };
  if (primary.id !== snapshot.deploymentId) {
    // An older one is PRIMARY again: ECS has removed ours, which leaves `deployments[]` within seconds (observed).
    const isBack = isSurelyNewer(ownDeployment(snapshot)?.createdAt ?? snapshot.createdAt, primary.createdAt);
    const isTold = cause !== 'person' && cause !== 'unknown';
    if (isBack && isTold) return rolledBack(snapshot, deployment, reason);
    return { kind: 'superseded', by: primary.id, taskDefinitionArn: primary.taskDefinition };
  }
  return { kind: 'stopped', reason };
}

/** FAILED, and stopped by nobody that ECS names, is taken for the breaker's work: the failed version has to be rolled back. */
function failedBy(by: RolledBackBy, { rolloutState }: Deployment): 'circuit-breaker' | 'alarm' | undefined {
  if (by === 'circuit-breaker' || by === 'alarm') return by;
  return rolloutState === 'FAILED' && by !== 'person' ? 'circuit-breaker' : undefined;
}

/** Longer than ECS takes to begin its rollback after it calls a deployment FAILED (our choice). */
const rollbackBeginsSeconds = 60;

/** The same truth from `deployments[]`, where the service deployment can't be read. */
function endByDeployments(snapshot: Snapshot): End | undefined {
  if (snapshot.serviceDeployment !== undefined || snapshot.service === undefined) return undefined;
  const own = ownDeployment(snapshot);
  const primary = primaryOf(snapshot.service);
  if (primary === undefined) return undefined;
  if (primary.id === snapshot.deploymentId) {
    if (primary.rolloutState === 'COMPLETED') {
      return { kind: 'completed', running: primary.runningCount ?? 0, desired: primary.desiredCount ?? 0 };
    }
    const { deploymentCircuitBreaker, alarms } = snapshot.service.deploymentConfiguration ?? {};
    const rollsBack = deploymentCircuitBreaker?.rollback === true || alarms?.rollback === true;
    const reason = plain(primary.rolloutStateReason ?? '');
    if (primary.rolloutState !== 'FAILED') return undefined;
    const by = /alarm/i.test(reason) ? 'alarm' : 'circuit-breaker';
    if (!rollsBack) return { kind: 'failed-in-place', by, reason };
    const isRollbackMissing =
      snapshot.service.deployments?.length === 1 && snapshot.idleSeconds >= rollbackBeginsSeconds;
    return isRollbackMissing ? { kind: 'failed-in-place', by, reason, isRollbackMissing } : undefined;
  }
  if (isNewer(primary.createdAt, own?.createdAt ?? snapshot.createdAt)) {
    return { kind: 'superseded', by: primary.id, taskDefinitionArn: primary.taskDefinition };
  }
  // An older deployment is PRIMARY again: ECS rolls back, and is done when that one is COMPLETED (or FAILED, too).
  if (primary.rolloutState === 'IN_PROGRESS') return undefined;
  const reason = plain(primary.rolloutStateReason ?? own?.rolloutStateReason ?? '');
  const by = /circuit breaker/i.test(reason) ? 'circuit-breaker' : 'unknown';
  return primary.rolloutState === 'FAILED'
    ? { kind: 'rollback-failed', by, reason, isFailedLeft: false }
    : { kind: 'rolled-back', by, reason };
}
