import { arn } from '../account.ts';
import type { Document } from '../server/operation.ts';
import { noBackOff } from './back-off.ts';
import { circuitBreakerOf } from './circuit-breaker.ts';
import type { Deployment } from './deployment.ts';
import { eventText, withEvent } from './events.ts';
import { newDeploymentNumber, newServiceDeploymentId } from './ids.ts';
import { documentOf, flagOf, pick } from './members.ts';
import type { Service } from './service.ts';
import { primaryOf } from './service.ts';
import type { ServiceDeployment, ServiceDeploymentStatus } from './service-deployment.ts';
import { hasEnded, revisionCounts } from './service-deployment.ts';
import { isResolvedFromTheStart, platformVersionOf, revisionSettings } from './service-revision.ts';
import type { State } from './state.ts';
import type { TaskDefinition } from './task-definitions.ts';

export type Cause = 'circuit-breaker' | 'alarm' | 'request';

/** Texts of service deployments and rollout states: only those marked were seen; for the others AWS gives none. */
const reasons = {
  inProgress: (id: string) => `ECS deployment ${id} in progress.`, // seen
  completed: (id: string) => `ECS deployment ${id} completed.`, // seen
  noCandidate: 'No rollback candidate was found to run the rollback.', // seen
  superseded: 'Service deployment was stopped because a new service deployment was started.',
  deleted: 'Service deployment was stopped because the service was deleted.',
  rollbackSuperseded: 'Service deployment rollback was stopped because a new service deployment was started.',
  rollbackFailed: 'Service deployment rollback failed because the circuit breaker threshold was exceeded.',
  failed: {
    'circuit-breaker': 'ECS deployment circuit breaker: task failed to start.', // documented in a sample
    alarm: 'ECS deployment failed: alarm detected.',
    request: 'ECS deployment was stopped by a rollback request.',
  },
  rollingBack: {
    'circuit-breaker': (id: string) => `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`, // documented
    alarm: (id: string) => `ECS deployment alarm detected: rolling back to deploymentId ${id}.`,
    request: (id: string) => `ECS deployment rollback requested: rolling back to deploymentId ${id}.`,
  },
  rolledBack: {
    'circuit-breaker': 'Service deployment rolled back because the circuit breaker threshold was exceeded.', // seen
    alarm: 'Service deployment rolled back because an alarm was detected.',
    request: 'Service deployment rolled back because a rollback was requested.',
  },
  stopped: {
    'circuit-breaker': 'Service deployment stopped because the circuit breaker threshold was exceeded.',
    alarm: 'Service deployment stopped because an alarm was detected.',
    request: 'Service deployment stopped by request.',
  },
} as const;

/** Starts a deployment of the service: a new PRIMARY, a new service revision, a new service deployment. */
export function begin(state: State, service: ServiceToBegin, definition: TaskDefinition): Deployment {
  const now = state.clock.now();
  const number = newDeploymentNumber();
  const id = `ecs-svc/${number}`;
  const settings = pick(service.settings, revisionSettings);
  const deployment: Deployment = {
    id,
    revision: {
      arn: arn(state.account, 'ecs', `service-revision/${service.cluster.name}/${service.name}/${number}`),
      serviceArn: service.arn,
      clusterArn: service.cluster.arn,
      definition,
      settings,
      platformVersion: platformVersionOf(settings),
      createdAt: now,
      imageDigests: {},
    },
    createdAt: now,
    updatedAt: now,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: reasons.inProgress(id),
    desiredCount: service.desiredCount,
    failedTasks: 0,
    failureCount: 0,
    hadHealthyTask: false,
    unresolvedFailures: 0,
    isResolved: isResolvedFromTheStart(definition),
    backOff: noBackOff,
    isHalted: false,
    bakeStartedAt: undefined,
    shown: undefined,
    ignoredAlarms: new Set(state.alarms),
  };
  return deployment;
}

type ServiceToBegin = Pick<Service, 'name' | 'arn' | 'cluster' | 'settings' | 'desiredCount'>;

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
    cause: undefined,
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
export function fail(state: State, service: Service, cause: Exclude<Cause, 'request'>): void {
  const flight = service.inFlight;
  const primary = primaryOf(service);
  post(
    state,
    service,
    cause === 'alarm' ? eventText.failedByAlarm(primary.id) : eventText.failedToStart(primary.id),
  );
  if (flight?.rollback !== undefined) {
    // The rollback itself fails: nothing is left to go back to.
    halt(state, primary, cause);
    service.inFlight = undefined;
    return finish(state, flight, 'ROLLBACK_FAILED', reasons.rollbackFailed);
  }
  const configuration = documentOf(service.settings, 'deploymentConfiguration') ?? {};
  const rollsBack =
    cause === 'alarm'
      ? (flag(configuration, 'alarms', 'rollback') ?? false)
      : circuitBreakerOf(configuration).rollsBack;
  if (rollsBack) return rollBack(state, service, cause);
  halt(state, primary, cause);
  service.inFlight = undefined;
  if (flight === undefined) return;
  flight.cause = cause;
  stopSoon(state, flight, reasons.stopped[cause]);
}

/**
 * Back to the newest other deployment that is COMPLETED (documented): that older deployment becomes PRIMARY again, no
 * new service revision is made (seen). Without one nothing is launched any more (documented) and the reason says so.
 */
export function rollBack(state: State, service: Service, cause: Cause): void {
  const failed = primaryOf(service);
  const flight = service.inFlight;
  const candidate = service.deployments.find((one) => one !== failed && one.rolloutState === 'COMPLETED');
  if (flight !== undefined) flight.cause = cause;
  halt(state, failed, cause);
  if (candidate === undefined) {
    service.inFlight = undefined;
    if (flight === undefined) return;
    if (state.readings.withoutRollbackCandidate === 'STOPPED')
      return stopSoon(state, flight, reasons.noCandidate);
    return finish(state, flight, 'ROLLBACK_FAILED', reasons.noCandidate);
  }
  const now = state.clock.now();
  demote(state, service, failed);
  candidate.status = 'PRIMARY';
  candidate.rolloutState = 'IN_PROGRESS';
  candidate.rolloutStateReason = reasons.rollingBack[cause](candidate.id);
  candidate.desiredCount = service.desiredCount;
  candidate.failedTasks = 0;
  candidate.failureCount = 0;
  candidate.hadHealthyTask = false;
  candidate.bakeStartedAt = undefined;
  candidate.isHalted = false;
  candidate.updatedAt = now;
  service.settings = { ...withoutRevisionSettings(service.settings), ...candidate.revision.settings };
  if (state.readings.taskDefinitionAfterRollback === 'at-once') {
    service.taskDefinitionArn = candidate.revision.definition.arn;
  }
  service.isSteady = false;
  post(state, service, eventText.rollingBack(candidate.id));
  if (flight === undefined) return;
  move(state, flight, 'ROLLBACK_IN_PROGRESS');
  flight.statusReason = reasons.rolledBack[cause];
  flight.rollback = { reason: reasons.rolledBack[cause], startedAt: now, to: candidate };
}

/** StopServiceDeployment with ROLLBACK: asked for now, begun a little later unless it has ended meanwhile. */
export function requestRollback(state: State, flight: ServiceDeployment, changed: () => void): void {
  const { service } = flight;
  move(state, flight, 'ROLLBACK_REQUESTED');
  flight.startedAt ??= state.clock.now();
  state.clock.after(state.readings.transitionSeconds, () => {
    if (flight.status !== 'ROLLBACK_REQUESTED' || service.inFlight !== flight) return;
    rollBack(state, service, 'request');
    changed();
  });
}

export function post(state: State, service: Service, text: string, isLasting = false): void {
  const message = `(service ${service.name}) ${text}`;
  service.events = withEvent(service.events, { at: state.clock.now(), message, isLasting });
}

export function setAborted(state: State, flight: ServiceDeployment): void {
  halt(state, flight.target, 'request');
  if (flight.service.inFlight === flight) flight.service.inFlight = undefined;
  stopSoon(state, flight, reasons.stopped.request);
}

/** A deployment that is no longer PRIMARY keeps what is healthy of it; one that was complete keeps its full count. */
function demote(state: State, service: Service, deployment: Deployment): void {
  const own = [...state.tasks.values()].filter(
    (task) => task.owner?.deployment === deployment && task.desiredStatus === 'RUNNING',
  );
  if (deployment.status === 'PRIMARY') {
    const healthy = own.filter((task) => task.health === 'healthy').length;
    deployment.desiredCount = deployment.rolloutState === 'COMPLETED' ? service.desiredCount : healthy;
  }
  deployment.status = 'ACTIVE';
  deployment.updatedAt = state.clock.now();
}

function halt(state: State, deployment: Deployment, cause: Cause): void {
  deployment.isHalted = true;
  deployment.desiredCount = 0;
  deployment.rolloutState = 'FAILED';
  deployment.rolloutStateReason = reasons.failed[cause];
  deployment.updatedAt = state.clock.now();
}

function stopSoon(state: State, flight: ServiceDeployment, reason: string): void {
  move(state, flight, 'STOP_REQUESTED');
  flight.statusReason = reason;
  state.clock.after(state.readings.transitionSeconds, () => {
    if (flight.status !== 'STOP_REQUESTED') return;
    finish(state, flight, 'STOPPED', reason);
    flight.stoppedAt = state.clock.now();
  });
}

function finish(
  state: State,
  flight: ServiceDeployment,
  status: ServiceDeploymentStatus,
  reason: string | undefined,
): void {
  const tasks = [...state.tasks.values()].filter((task) => task.owner?.service === flight.service);
  flight.ended = { failureCount: flight.target.failureCount, revisions: revisionCounts(flight, tasks) };
  move(state, flight, status);
  flight.statusReason = reason;
  flight.finishedAt = state.clock.now();
}

function move(state: State, flight: ServiceDeployment, status: ServiceDeploymentStatus): void {
  flight.status = status;
  flight.updatedAt = state.clock.now();
}

function flag(document: Document, member: string, name: string): boolean | undefined {
  return flagOf(documentOf(document, member), name);
}

function withoutRevisionSettings(settings: Document): Document {
  const members: readonly string[] = revisionSettings;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !members.includes(name)));
}
