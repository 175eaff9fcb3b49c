/**
 * The scheduler's patience with tasks that never reach RUNNING: they are started again with a growing delay, up to
 * fifteen minutes (documented). The steps in between are our choice: 10 s, doubled each time. Tasks that ran and then
 * died are not held back (documented).
 */
export interface BackOff {
  /** How often the delay has grown. */
  readonly steps: number;
  /** No start before this time, in milliseconds since the epoch. */
  readonly until: number;
}

export const noBackOff: BackOff = { steps: 0, until: 0 };

const firstDelaySeconds = 10;
const longestDelaySeconds = 15 * 60;
const stepsBeforeEvent = 3;

/** After a task that never ran: tasks of one wave that fail together count as one step. */
export function heldBack(
  before: BackOff,
  failed: { readonly createdAt: number; readonly now: number },
): BackOff {
  if (before.steps > 0 && failed.createdAt < before.until) return before;
  const delaySeconds = Math.min(longestDelaySeconds, firstDelaySeconds * 2 ** before.steps);
  return { steps: before.steps + 1, until: failed.now + delaySeconds * 1000 };
}

/** Whether the event "is unable to consistently start tasks successfully" is due (after how many is our choice). */
export function isImpaired(backOff: BackOff): boolean {
  return backOff.steps >= stepsBeforeEvent;
}
