import type { Deployment } from '@aws-sdk/client-ecs';
import type { ServiceState } from '../../service/describe.ts';
import { needsForce, noSettings, type SettingsChange, startsDeployment } from '../../service/settings.ts';

/** What shall be done with one service. */
export type ServiceChange =
  /** It runs this very revision, completed, with all that was asked. */
  | { readonly kind: 'unchanged' }
  /** A deployment of this very revision is in flight: it is followed, and never undone by us. */
  | { readonly kind: 'join'; readonly deployment: Deployment }
  | {
      readonly kind: 'update';
      readonly desiredCount: number | undefined;
      /** Of the service, besides its count. */
      readonly settings: SettingsChange;
      readonly force: boolean;
      /** Whether the update begins a deployment; a changed count and most settings alone do not (documented). */
      readonly deploys: boolean;
    };

/**
 * Decides whether a service has to be updated. Pure. "The task definition is the same" is not enough for unchanged: its
 * deployment has to be COMPLETED, and count and settings have to be what was asked.
 */
export function decideService({
  seen,
  taskDefinitionArn,
  desiredCount,
  settings = noSettings,
  force: isForced,
}: {
  readonly seen: ServiceState;
  /** Undefined: a revision that is still to be registered. */
  readonly taskDefinitionArn: string | undefined;
  readonly desiredCount: number | undefined;
  readonly settings?: SettingsChange;
  readonly force: boolean;
}): ServiceChange {
  const force = isForced || needsForce(settings);
  const { primary, service, inFlight } = seen;
  const runs =
    taskDefinitionArn !== undefined && primary?.taskDefinition === taskDefinitionArn ? primary : undefined;
  const changesCount = desiredCount !== undefined && desiredCount !== service.desiredCount;
  const changesSetting = changesCount || settings.changes.length > 0;
  const update = (deploys: boolean, forced = force): ServiceChange => ({
    kind: 'update',
    desiredCount: changesCount ? desiredCount : undefined,
    settings,
    force: forced,
    deploys,
  });

  if (force || runs === undefined || startsDeployment(settings)) return update(true);
  if (runs.rolloutState === 'FAILED') return update(true, true);
  if (inFlight !== undefined) {
    const isOwnRevisionInFlight =
      inFlight.taskDefinitionArn === taskDefinitionArn && !isEnding(inFlight.status);
    if (!isOwnRevisionInFlight) return update(true, true);
    return changesSetting ? update(false) : { kind: 'join', deployment: runs };
  }
  if (changesSetting) return update(false);
  return isCompleted(runs) ? { kind: 'unchanged' } : { kind: 'join', deployment: runs };
}

/** `rolloutState` can be absent (documented, for a Classic Load Balancer); then the count has to be reached. */
function isCompleted({ rolloutState, runningCount = 0, desiredCount = 0 }: Deployment): boolean {
  return rolloutState === undefined ? runningCount >= desiredCount : rolloutState === 'COMPLETED';
}

/** In flight, but on its way out: joining it would mean to wait for a failure. */
function isEnding(status: string): boolean {
  return status.startsWith('ROLLBACK') || status.startsWith('STOP');
}
