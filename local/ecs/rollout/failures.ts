import { documentOf, flagOf, textsOf } from '../../server/members.ts';
import { heldBack, isImpaired } from '../model/back-off.ts';
import { type CircuitBreaker, circuitBreakerOf, failureThreshold } from '../model/circuit-breaker.ts';
import { eventText } from '../model/events.ts';
import { post } from '../model/post-event.ts';
import { isCleaningUp, primaryOf, type Service } from '../model/service.ts';
import { type State, tasksOf } from '../model/state.ts';
import { type Failure, failures } from './reasons.ts';

/**
 * Counts tasks that never ran and tasks stopped for failing health checks (documented). A task that ran and then
 * exited by itself is none of these; whether the circuit breaker counts it is a reading.
 */
export function countFailures(state: State, service: Service): void {
  const { clock, readings } = state;
  for (const task of tasksOf(state, service)) {
    const { end, owner } = task;
    if (task.desiredStatus === 'RUNNING' || task.isCounted || end === undefined || owner === undefined)
      continue;
    task.isCounted = true;
    const { deployment } = owner;
    const endedByItself = end.stopCode === 'TaskFailedToStart' || end.stopCode === 'EssentialContainerExited';
    const neverRan = endedByItself && task.times.startedAt === undefined;
    const exitCounts = endedByItself && readings.breakerCountsExitsAfterRunning;
    if (neverRan) {
      deployment.backOff = heldBack(deployment.backOff, { createdAt: task.createdAt, now: clock.now() });
      if (isImpaired(deployment.backOff)) post(state, service, eventText.impaired(), true);
      if (!deployment.isResolved) deployment.unresolvedFailures++;
      // Documented: after three attempts the deployment goes on without digests.
      if (deployment.unresolvedFailures >= 3) deployment.isResolved = true;
    }
    if (!neverRan && end.because !== 'unhealthy' && !exitCounts) continue;
    if (!deployment.hadHealthyTask) deployment.failedTasks++;
    deployment.failureCount++;
  }
}

/** Whether the deployment has failed: its circuit breaker, or an alarm (documented: independent of each other). */
export function failureOf(state: State, service: Service): Failure | undefined {
  const primary = primaryOf(service);
  if (service.inFlight !== undefined && isCleaningUp(service.inFlight)) return undefined;
  if (primary.isHalted || primary.rolloutState === 'COMPLETED') return undefined;
  const breaker = breakerOf(service);
  if (breaker.isEnabled) {
    if (primary.failureCount >= failureThreshold(breaker, service.desiredCount)) return failures.breaker;
    // Documented: three failed attempts to resolve digests fail the deployment where a breaker is enabled.
    if (primary.unresolvedFailures >= 3) return failures.breaker;
  }
  const alarms = alarmNames(service);
  // Documented: an alarm that was in ALARM at the start makes all be ignored. During a rollback too (our choice).
  const areIgnored = alarms.some((name) => primary.ignoredAlarms.has(name));
  if (areIgnored || service.inFlight?.rollback !== undefined) return undefined;
  return alarms.some((name) => state.alarms.has(name)) ? failures.alarm : undefined;
}

export function breakerOf(service: Service): CircuitBreaker {
  return circuitBreakerOf(documentOf(service.settings, 'deploymentConfiguration') ?? {});
}

/** The alarms that its deployments watch. */
export function alarmNames(service: Service): readonly string[] {
  const alarms = documentOf(documentOf(service.settings, 'deploymentConfiguration'), 'alarms');
  return flagOf(alarms, 'enable') === true ? textsOf(alarms, 'alarmNames') : [];
}
