import { randomUUID } from 'node:crypto';
import type { Document } from '../../server/operation.ts';

/** A service event as DescribeServices shows it; `at` in milliseconds since the epoch. */
export interface ServiceEvent {
  readonly id: string;
  readonly at: number;
  readonly message: string;
}

const shownEvents = 100;
const suppressedForSeconds = 6 * 3600;

/**
 * Adds an event, newest first, at most 100 (documented). A `lasting` event tells of a state that goes on: the same
 * text is not posted again until the service was steady in between or six hours are over (documented: duplicates are
 * suppressed until resolved or six hours pass), so that silence is no sign of health.
 */
export function withEvent(
  events: readonly ServiceEvent[],
  { at, message, isLasting = false }: { at: number; message: string; isLasting?: boolean },
): readonly ServiceEvent[] {
  const resolved = events.findIndex((event) => event.message.endsWith(eventText.steady()));
  const unresolved = resolved < 0 ? events : events.slice(0, resolved);
  const isRepeated = unresolved.some(
    (event) => event.message === message && at - event.at < suppressedForSeconds * 1000,
  );
  if (isLasting && isRepeated) return events;
  return [{ id: randomUUID(), at, message }, ...events].slice(0, shownEvents);
}

export function describeEvent({ id, at, message }: ServiceEvent): Document {
  return { id, createdAt: at / 1000, message };
}

/** What events say after `(service <name>) `: seen in real logs unless marked. */
export const eventText = {
  steady: () => 'has reached a steady state.',
  completed: (id: string) => `(deployment ${id}) deployment completed.`,
  failedToStart: (id: string) => `(deployment ${id}) deployment failed: tasks failed to start.`,
  failedByAlarm: (id: string) => `(deployment ${id}) deployment failed: alarm detected.`,
  failed: (id: string, reason: string) => `(deployment ${id}) deployment failed: ${reason}`,
  rollingBack: (id: string) => `rolling back to deployment ${id}.`,
  started: (taskIds: readonly string[], replaced: number) =>
    `has started ${taskIds.length} tasks: ${tasks(taskIds)}.` +
    (replaced > 0 ? ` Amazon ECS replaced ${replaced} tasks due to an unhealthy status.` : ''),
  stopped: (taskIds: readonly string[]) => `has stopped ${taskIds.length} running tasks: ${tasks(taskIds)}.`,
  /** Not seen word for word. */
  draining: (count: number) => `has begun draining connections on ${count} tasks.`,
  registered: (count: number, targetGroupArn: string) =>
    `registered ${count} targets in (target-group ${targetGroupArn})`,
  deregistered: (count: number, targetGroupArn: string) =>
    `deregistered ${count} targets in (target-group ${targetGroupArn})`,
  failedContainerChecks: (taskId: string) => `(task ${taskId}) failed container health checks.`,
  failedTargetChecks: (taskId: string, port: number, targetGroupArn: string, reason: string) =>
    `(task ${taskId}) (port ${port}) is unhealthy in (target-group ${targetGroupArn}) due to (reason ${reason}).`,
  notPlaced: (reason: string) => `was unable to place a task. Reason: ${reason.replace(/\.$/, '')}.`,
  impaired: () => 'is unable to consistently start tasks successfully.',
  stuck: () =>
    'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
    'Update the minimumHealthyPercent or maximumPercent value and try again.',
} as const;

const tasks = (ids: readonly string[]): string => ids.map((id) => `(task ${id})`).join(' ');
