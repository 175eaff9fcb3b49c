import { arn } from '../../base/account.ts';
import { documentOf, flagOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import { circuitBreakerOf } from '../model/circuit-breaker.ts';
import type { Deployment } from '../model/deployment.ts';
import { eventText } from '../model/events.ts';
import { newServiceDeploymentId } from '../model/ids.ts';
import { post } from '../model/post-event.ts';
import { hasEnded, primaryOf, type Service, type ServiceDeployment } from '../model/service.ts';
import type { State } from '../model/state.ts';
import { type Failure, failures, reasons } from './reasons.ts';
import { demote, halt, rollBack } from './rollback.ts';
import { finish, move, stopSoon } from './service-deployment-end.ts';

/** Makes a new deployment the PRIMARY of its service and records the service deployment; supersedes what is in flight. */
export function roll(state: State, service: Service, deployment: Deployment, changed: () => void): void {
  const sources = service.deployments.filter((one) => one !== deployment && one.status !== 'INACTIVE');
  supersede(state, service, reasons.superseded);
  for (const source of sources) demote(state, service, source);
  service.deployments = [deployment, ...service.deployments.filter((one) => one !== deployment)];
  service.taskDefinitionArn = deployment.revision.definition.arn;
  service.isSteady = false;
  const now = state.clock.now();
  const { name, cluster } = service;
  const flight: ServiceDeployment = {
    arn: arn(state.account, 'ecs', `service-deployment/${cluster.name}/${name}/${newServiceDeploymentId()}`),
    service,
    target: deployment,
    sources,
    configuration: documentOf(service.settings, 'deploymentConfiguration') ?? {},
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
  post(
    state,
    service,
    failure.kind === 'alarm' ? eventText.failedByAlarm(primary.id) : eventText.failedToStart(primary.id),
  );
  if (flight?.rollback !== undefined) {
    // The rollback itself fails: nothing is left to go back to.
    halt(state, primary, failure);
    service.inFlight = undefined;
    return finish(state, flight, 'ROLLBACK_FAILED', reasons.rollbackFailed);
  }
  const configuration = documentOf(service.settings, 'deploymentConfiguration') ?? {};
  const rollsBack =
    failure.kind === 'alarm'
      ? (flag(configuration, 'alarms', 'rollback') ?? false)
      : circuitBreakerOf(configuration).rollsBack;
  if (rollsBack) return rollBack(state, service, failure);
  if (flight?.status === 'ROLLBACK_REQUESTED') return rollBack(state, service, failures.request);
  halt(state, primary, failure);
  service.inFlight = undefined;
  if (flight === undefined) return;
  flight.failedBy = failure.kind;
  stopSoon(state, flight, reasons.stopped(failure));
}

function flag(document: Document, member: string, name: string): boolean | undefined {
  return flagOf(documentOf(document, member), name);
}
