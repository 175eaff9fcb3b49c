import type { ServiceDeployment, ServiceDeploymentStatus } from '../model/service.ts';
import { revisionCounts } from '../model/service-deployment.ts';
import type { State } from '../model/state.ts';

/** STOP_REQUESTED now, STOPPED a moment later (the states are documented, how long they last is our choice). */
export function stopSoon(state: State, flight: ServiceDeployment, reason: string): void {
  move(state, flight, 'STOP_REQUESTED');
  flight.statusReason = reason;
  state.clock.after(state.readings.transitionSeconds, () => {
    if (flight.status !== 'STOP_REQUESTED') return;
    finish(state, flight, 'STOPPED', reason);
    flight.stoppedAt = state.clock.now();
  });
}

/** Ends a service deployment; its counts stay as they are now (documented). */
export function finish(
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

/** Gives a service deployment another status. */
export function move(state: State, flight: ServiceDeployment, status: ServiceDeploymentStatus): void {
  flight.status = status;
  flight.updatedAt = state.clock.now();
}
