import type { Deployment } from '@aws-sdk/client-ecs';
import type { DeploymentRef } from '../../reference/deployment.ts';
import type { ServiceState } from '../../service/describe.ts';
import { deploymentRefOf } from '../../service/primary.ts';
import { needsForce, noSettings, type SettingsChange, startsDeployment } from '../../service/settings.ts';

/** The action on one service. */
export type ServiceChange =
  /** It runs this revision already, completed, with all that was requested. */
  | { readonly kind: 'unchanged' }
  /** A deployment of the same revision is in flight: it is followed, and we never roll it back. */
  | { readonly kind: 'join'; readonly deployment: DeploymentRef }
  | {
      readonly kind: 'update';
      readonly desiredCount: number | undefined;
      /** Settings of the service besides its count. */
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
  const changesCount = desiredCount !== undefined && desiredCount !== service.desiredCount;
  const changesSetting = changesCount || settings.changes.length > 0;
  const update = (deploys: boolean, forced = force): ServiceChange => ({
    kind: 'update',
    desiredCount: changesCount ? desiredCount : undefined,
    settings,
    force: forced,
    deploys,
  });

  if (force || taskDefinitionArn === undefined || startsDeployment(settings)) return update(true);
  if (primary?.taskDefinition !== taskDefinitionArn) return update(true);
  const join: ServiceChange = {
    kind: 'join',
    deployment: deploymentRefOf(seen, primary, taskDefinitionArn),
  };
  if (primary.rolloutState === 'FAILED') return update(true, true);
  if (inFlight !== undefined) {
    const isOwnRevisionInFlight = inFlight.target === taskDefinitionArn && !isEnding(inFlight.status);
    if (!isOwnRevisionInFlight) return update(true, true);
    return changesSetting ? update(false) : join;
  }
  if (changesSetting) return update(false);
  return isCompleted(primary) ? { kind: 'unchanged' } : join;
}

/** `rolloutState` can be absent (documented, for a Classic Load Balancer); then the count has to be reached. */
function isCompleted({ rolloutState, runningCount = 0, desiredCount = 0 }: Deployment): boolean {
  return rolloutState === undefined ? runningCount >= desiredCount : rolloutState === 'COMPLETED';
}

/** In flight, but on its way out: joining it would mean to wait for a failure. */
function isEnding(status: string): boolean {
  return status.startsWith('ROLLBACK') || status.startsWith('STOP');
}
