import type { ServiceDeployment, ServiceEvent } from '@aws-sdk/client-ecs';
import { isJsonArray, isJsonObject, listIn } from '../../text/json.ts';
import { plain } from '../../text/sanitize.ts';
import type { ObservedPause } from './snapshot.ts';
import { configurationOf, functionName } from './stage.ts';

/** What made ECS roll a deployment back. */
export type RolledBackBy =
  | 'circuit-breaker'
  | 'alarm'
  | 'hook'
  | 'pause-timed-out'
  | 'pause-refused'
  | 'network'
  | 'load-balancer-permission'
  | 'stage-timed-out'
  | 'person'
  | 'unknown';

/**
 * Tells it by the reason's words, then by what the record says of circuit breaker and alarms. Pure.
 *
 * The most exact comes first, because reasons hold names of the user's: a function may be called alarm-check. All texts
 * but those for a requested stop and for a stage that took too long are documented or observed.
 *
 * @param reason the record's own, or the event's where the record only says that no rollback was possible
 * @param pause the pause that waited when the deployment was last in progress
 */
export function rolledBackBy(
  deployment: ServiceDeployment,
  reason: string,
  pause: ObservedPause | undefined,
): RolledBackBy {
  if (/pause hook timed out/i.test(reason)) return 'pause-timed-out';
  if (/lifecycle hook\(s\) failed/i.test(reason)) {
    return isLoadBalancerDenied(reason) && !hasHookAt(deployment, failedHookIn(reason).stage)
      ? 'load-balancer-permission'
      : 'hook';
  }
  if (/missing permissions on ECS Infrastructure Role/i.test(reason)) return 'load-balancer-permission';
  if (/invalid networking configuration|rules not found/i.test(reason)) return 'network';
  if (deployment.deploymentCircuitBreaker?.status === 'TRIGGERED' || /circuit breaker/i.test(reason)) {
    return 'circuit-breaker';
  }
  if (deployment.alarms?.status === 'TRIGGERED' || /alarm/i.test(reason)) return 'alarm';
  if (/\b24 ?h(ours?)?\b|stage.* (timed out|took longer)/i.test(reason)) return 'stage-timed-out';
  if (/lifecycle hook/i.test(reason)) return 'hook';
  // Whoever answers a pause with ROLLBACK, or stops the deployment meanwhile: ECS's words for either are unknown.
  if (pause !== undefined && isBefore(deployment, pause.expires)) return 'pause-refused';
  // The wording for StopServiceDeployment is not documented; a reason that speaks of a stop or a request is taken so.
  if (/stop|request|user|manual/i.test(reason)) return 'person';
  return 'unknown';
}

/** ECS words a permission that it lacks for the load balancer as the failure of a hook, even without any hook (documented). */
export function isLoadBalancerDenied(reason: string): boolean {
  return /not authorized to perform: elasticloadbalancing:/i.test(reason);
}

/** The stage and the target that a reason names, e.g. `PRE_SCALE_UP` and `check`. */
export function failedHookIn(reason: string): {
  readonly stage: string | undefined;
  readonly target: string | undefined;
} {
  const stage = /because (?:the )?([A-Z][A-Z_]+) (?:lifecycle|pause) hook/.exec(reason)?.[1];
  const arn = /(?:hook target|response from) (arn:\S+?)[.,:;]?(?:\s|$)/.exec(reason)?.[1];
  return { stage, target: arn === undefined ? undefined : functionName(arn) };
}

function hasHookAt(deployment: ServiceDeployment, stage: string | undefined): boolean {
  return listIn(configurationOf(deployment).lifecycleHooks).some((hook) => {
    const stages = isJsonObject(hook) ? hook.lifecycleStages : undefined;
    return isJsonArray(stages) && (stage === undefined || stages.includes(stage));
  });
}

function isBefore({ rollback, finishedAt }: ServiceDeployment, expires: Date | undefined): boolean {
  const at = rollback?.startedAt ?? finishedAt;
  return at === undefined || expires === undefined || at < expires;
}

/**
 * Why ECS ended a deployment, in its words. Without an earlier version to go back to the record says only that, and the
 * service's event has the cause (observed): `(service web) (deployment ecs-svc/1) deployment failed: …`. Pure.
 *
 * @param events newest first
 */
export function reasonIn(
  { statusReason, rollback }: ServiceDeployment,
  events: readonly ServiceEvent[],
  deploymentId: string,
): { readonly reason: string; readonly isWithoutCandidate: boolean } {
  const told = plain(statusReason ?? rollback?.reason ?? '');
  if (!/no rollback candidate/i.test(told)) return { reason: told, isWithoutCandidate: false };
  const [cause] = events.flatMap(({ message = '' }) => {
    const [, id, why] = /\(deployment ([^)\s]+)\) deployment failed: (.+)$/s.exec(message) ?? [];
    return id === deploymentId && why !== undefined ? [plain(why, 1000)] : [];
  });
  return { reason: cause ?? told, isWithoutCandidate: true };
}
