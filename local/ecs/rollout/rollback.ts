import type { Document } from '../../server/operation.ts';
import { noBackOff } from '../model/back-off.ts';
import type { Deployment } from '../model/deployment.ts';
import { eventText } from '../model/events.ts';
import { post } from '../model/post-event.ts';
import { isCleaningUp, primaryOf, type Service, type ServiceDeployment } from '../model/service.ts';
import { revisionSettings } from '../model/service-revision.ts';
import { rollbackProgress } from '../model/stage-progress.ts';
import type { State } from '../model/state.ts';
import { type Failure, failedReasons, failures, reasons, rollingBackReasons } from './reasons.ts';
import { finish, move, stopSoon } from './service-deployment-end.ts';

/**
 * Back to the newest other deployment that is COMPLETED (documented): that older deployment becomes PRIMARY again, no
 * new service revision is made (seen). Without one nothing is launched any more (documented) and the reason says so.
 */
export function rollBack(state: State, service: Service, failure: Failure): void {
  const failed = primaryOf(service);
  const flight = service.inFlight;
  const candidate = service.deployments.find(
    (one) => one !== failed && (one.shown?.rolloutState ?? one.rolloutState) === 'COMPLETED',
  );
  if (flight !== undefined) flight.failedBy = failure.kind;
  halt(state, failed, failure);
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
  candidate.rolloutStateReason = rollingBackReasons[failure.kind](candidate.id);
  candidate.desiredCount = service.desiredCount;
  candidate.failedTasks = 0;
  candidate.failureCount = 0;
  candidate.unresolvedFailures = 0;
  candidate.backOff = noBackOff;
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
  flight.statusReason = reasons.rolledBack(failure);
  flight.rollback = { reason: flight.statusReason, startedAt: now, to: candidate };
  if (flight.stages !== undefined) flight.stages = rollbackProgress(flight.stages);
}

/** StopServiceDeployment with ROLLBACK: asked for now, begun a little later unless it has ended meanwhile. */
export function requestRollback(state: State, flight: ServiceDeployment, changed: () => void): void {
  const { service } = flight;
  move(state, flight, 'ROLLBACK_REQUESTED');
  flight.startedAt ??= state.clock.now();
  state.clock.after(state.readings.transitionSeconds, () => {
    if (flight.status !== 'ROLLBACK_REQUESTED' || service.inFlight !== flight) return;
    // Documented: in CLEAN_UP it is too late, and the deployment ends SUCCESSFUL.
    if (isCleaningUp(flight)) return;
    rollBack(state, service, failures.request);
    changed();
  });
}

/** StopServiceDeployment with ABORT, where that reading is taken: it is stopped and nothing is brought back. */
export function abort(state: State, flight: ServiceDeployment): void {
  halt(state, flight.target, failures.request);
  if (flight.service.inFlight === flight) flight.service.inFlight = undefined;
  stopSoon(state, flight, reasons.stopped(failures.request));
}

/** A deployment that is no longer PRIMARY keeps what is healthy of it; one that was complete keeps its full count. */
export function demote(state: State, service: Service, deployment: Deployment): void {
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

/** A failed deployment launches nothing more (documented); that its desired count is 0 was seen. */
export function halt(state: State, deployment: Deployment, { kind }: Failure): void {
  deployment.isHalted = true;
  deployment.desiredCount = 0;
  deployment.rolloutState = 'FAILED';
  deployment.rolloutStateReason = failedReasons[kind];
  deployment.updatedAt = state.clock.now();
}

function withoutRevisionSettings(settings: Document): Document {
  const members: readonly string[] = revisionSettings;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !members.includes(name)));
}
