import type { Deployment } from '@aws-sdk/client-ecs';
import type { ServiceSeen } from '../service/look.ts';

/** What shall be done with one service. */
export type ServiceChange =
  /** It runs this very revision, completed, with all that was asked. */
  | { readonly kind: 'unchanged' }
  /** A deployment of this very revision is in flight: it is followed, and never undone by us. */
  | { readonly kind: 'join'; readonly deployment: Deployment }
  | {
      readonly kind: 'update';
      readonly desiredCount: number | undefined;
      readonly force: boolean;
      /** Whether the update begins a deployment; a changed count alone does not (documented). */
      readonly deploys: boolean;
    };

/**
 * Decides whether a service has to be updated. Pure. "The task definition is the same" is not enough for unchanged: its
 * deployment has to be COMPLETED, and the count has to be what was asked.
 */
export function decideService({
  seen,
  taskDefinitionArn,
  desiredCount,
  force,
}: {
  readonly seen: ServiceSeen;
  /** Undefined: a revision that is still to be registered. */
  readonly taskDefinitionArn: string | undefined;
  readonly desiredCount: number | undefined;
  readonly force: boolean;
}): ServiceChange {
  const { primary, service, inFlight } = seen;
  const isSameRevision = taskDefinitionArn !== undefined && primary?.taskDefinition === taskDefinitionArn;
  const changesCount = desiredCount !== undefined && desiredCount !== service.desiredCount;
  const update = (deploys: boolean, forced = force): ServiceChange => ({
    kind: 'update',
    desiredCount: changesCount ? desiredCount : undefined,
    force: forced,
    deploys,
  });

  if (force || !isSameRevision || primary === undefined) return update(true);
  if (primary.rolloutState === 'FAILED') return update(true, true);
  if (inFlight !== undefined) {
    const isOwnRevisionInFlight =
      inFlight.taskDefinitionArn === taskDefinitionArn && !isEnding(inFlight.status);
    if (!isOwnRevisionInFlight) return update(true, true);
    return changesCount ? update(false) : { kind: 'join', deployment: primary };
  }
  if (changesCount) return update(false);
  return isCompleted(primary) ? { kind: 'unchanged' } : { kind: 'join', deployment: primary };
}

/** `rolloutState` can be absent (documented, for a Classic Load Balancer); then the count has to be reached. */
function isCompleted({ rolloutState, runningCount = 0, desiredCount = 0 }: Deployment): boolean {
  return rolloutState === undefined ? runningCount >= desiredCount : rolloutState === 'COMPLETED';
}

/** In flight, but on its way out: joining it would mean to wait for a failure. */
function isEnding(status: string): boolean {
  return status.startsWith('ROLLBACK') || status.startsWith('STOP');
}
