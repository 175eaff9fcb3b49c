import { arn } from '../../base/account.ts';
import { documentOf, documentsOf, flagOf, numberOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import { circuitBreakerOf } from '../model/circuit-breaker.ts';
import type { Deployment } from '../model/deployment.ts';
import { eventText } from '../model/events.ts';
import { newServiceDeploymentId } from '../model/ids.ts';
import { post } from '../model/post-event.ts';
import {
  hasEnded,
  liveDeployment,
  primaryOf,
  type Service,
  type ServiceDeployment,
} from '../model/service.ts';
import type { ServiceRevision } from '../model/service-revision.ts';
import { newProgress, type StageProgress } from '../model/stage-progress.ts';
import { deploymentStages } from '../model/stages.ts';
import type { State } from '../model/state.ts';
import { shiftSteps, shiftsTraffic } from '../model/strategy.ts';
import { type Failure, failures, reasons } from './reasons.ts';
import { demote, halt, rollBack } from './rollback.ts';
import { finish, move, stopSoon } from './service-deployment-end.ts';

/** Makes a new deployment the PRIMARY of its service and records the service deployment; supersedes what is in flight. */
export function roll(state: State, service: Service, deployment: Deployment, changed: () => void): void {
  const sources = service.deployments.filter((one) => one !== deployment && one.status !== 'INACTIVE');
  const live = liveDeployment(service);
  supersede(state, service, reasons.superseded);
  for (const source of sources) demote(state, service, source);
  service.deployments = [deployment, ...service.deployments.filter((one) => one !== deployment)];
  service.taskDefinitionArn = deployment.revision.definition.arn;
  service.isSteady = false;
  const now = state.clock.now();
  const { name, cluster } = service;
  const configuration = documentOf(service.settings, 'deploymentConfiguration') ?? {};
  const flight: ServiceDeployment = {
    arn: arn(state.account, 'ecs', `service-deployment/${cluster.name}/${name}/${newServiceDeploymentId()}`),
    service,
    target: deployment,
    sources,
    live: live === deployment ? undefined : live,
    stages: stagesFor(state, configuration, deployment.revision, sources),
    configuration,
    createdAt: now,
    status: 'PENDING',
    statusReason: undefined,
    startedAt: undefined,
    finishedAt: undefined,
    stoppedAt: undefined,
    updatedAt: now,
    rollback: undefined,
    failedBy: undefined,
    ended: undefined,
    shown: undefined,
  };
  service.serviceDeployments = [flight, ...service.serviceDeployments];
  service.inFlight = flight;
  state.clock.after(state.readings.transitionSeconds, () => {
    if (flight.status !== 'PENDING') return;
    move(state, flight, 'IN_PROGRESS');
    flight.startedAt = state.clock.now();
    changed();
  });
}

/** The stages of a strategy that shifts traffic. */
function stagesFor(
  { readings }: State,
  configuration: Document,
  { settings }: ServiceRevision,
  sources: readonly Deployment[],
): StageProgress | undefined {
  if (!shiftsTraffic(configuration)) return undefined;
  const bakeMinutes = numberOf(configuration, 'bakeTimeInMinutes') ?? readings.gradualBakeMinutes;
  const steps = shiftSteps(configuration);
  const shiftMinutes = isBehindNetworkLoadBalancer(settings) ? readings.networkShiftMinutes : 0;
  return newProgress(deploymentStages({ steps, bakeMinutes, shiftMinutes, reconciles: sources.length > 1 }));
}

/** Its production traffic comes in by a listener, where an Application Load Balancer has a rule (documented). */
function isBehindNetworkLoadBalancer(settings: Document): boolean {
  return documentsOf(settings, 'loadBalancers').some((balancer) => {
    const rule = textOf(documentOf(balancer, 'advancedConfiguration'), 'productionListenerRule');
    return rule?.includes(':listener/net/') === true;
  });
}

/** What was in flight is stopped: documented for a new deployment; the reason's text is ours. */
export function supersede(state: State, service: Service, reason: string = reasons.deleted): void {
  const flight = service.inFlight;
  service.inFlight = undefined;
  if (flight === undefined || hasEnded(flight)) return;
  if (flight.status === 'ROLLBACK_IN_PROGRESS') {
    return finish(state, flight, 'ROLLBACK_FAILED', reasons.rollbackSuperseded);
  }
  stopSoon(state, flight, reason);
}

/** Everything is healthy and the old tasks are gone. */
export function complete(state: State, service: Service): void {
  const primary = primaryOf(service);
  primary.rolloutState = 'COMPLETED';
  primary.rolloutStateReason = reasons.completed(primary.id);
  primary.updatedAt = state.clock.now();
  service.taskDefinitionArn = primary.revision.definition.arn;
  const flight = service.inFlight;
  service.inFlight = undefined;
  if (flight !== undefined) {
    if (flight.rollback === undefined) finish(state, flight, 'SUCCESSFUL', undefined);
    else finish(state, flight, 'ROLLBACK_SUCCESSFUL', flight.rollback.reason);
  }
  post(state, service, eventText.completed(primary.id));
}

/** The circuit breaker or an alarm has failed the deployment: it rolls back if its configuration says so. */
export function fail(state: State, service: Service, failure: Failure): void {
  const flight = service.inFlight;
  const primary = primaryOf(service);
  const rollsBack = rollsBackAfter(failure, documentOf(service.settings, 'deploymentConfiguration') ?? {});
  post(state, service, failedEvent(flight, primary, failure, rollsBack));
  if (flight?.rollback !== undefined) {
    // The rollback itself fails. After a lifecycle hook the earlier revision still runs; otherwise nothing does.
    if (failure.kind !== 'stage') halt(state, primary, failure);
    service.inFlight = undefined;
    return finish(state, flight, 'ROLLBACK_FAILED', reasons.rollbackFailed(failure));
  }
  if (rollsBack) return rollBack(state, service, failure);
  if (flight?.status === 'ROLLBACK_REQUESTED') return rollBack(state, service, failures.request);
  halt(state, primary, failure);
  service.inFlight = undefined;
  if (flight === undefined) return;
  flight.failedBy = failure.kind;
  stopSoon(state, flight, reasons.stopped(failure));
}

/** A deployment with stages says in its event what its record says (observed). */
function failedEvent(
  flight: ServiceDeployment | undefined,
  { id }: Deployment,
  failure: Failure,
  rollsBack: boolean,
): string {
  if (flight?.stages === undefined) {
    return failure.kind === 'alarm' ? eventText.failedByAlarm(id) : eventText.failedToStart(id);
  }
  return eventText.failed(id, rollsBack ? reasons.rolledBack(failure) : reasons.stopped(failure));
}

/** A failed stage always rolls back (documented), a breaker or an alarm where its configuration says so. */
function rollsBackAfter({ kind }: Failure, configuration: Document): boolean {
  if (kind === 'stage') return true;
  if (kind === 'alarm') return flagOf(documentOf(configuration, 'alarms'), 'rollback') ?? false;
  return circuitBreakerOf(configuration).rollsBack;
}
