/**
 * The time of the local Fargate. Everything in it that waits (a task's start, a health-check interval, a back-off)
 * waits on this clock, so that its seconds can be the real ones, shorter ones, or moved by hand.
 */
export interface Clock {
  /** Milliseconds since the epoch, in the local Fargate's own time. */
  now(): number;
  /** Calls `action` once after that many seconds of this clock; the answer cancels it. Never calls it at once. */
  after(seconds: number, action: () => void): Cancel;
  /** How many real milliseconds one second of this clock lasts; 0 where it is moved by hand. */
  readonly realMillisecondsPerSecond: number;
}

export type Cancel = () => void;

/** A clock that runs `speed` times as fast as the real one (1: real time). */
export function runningClock(speed = 1): Clock {
  const started = Date.now();
  const monotonic = performance.now();
  return {
    realMillisecondsPerSecond: 1000 / speed,
    now: () => started + (performance.now() - monotonic) * speed,
    after: (seconds, action) => {
      const timer = setTimeout(action, Math.max(1, (seconds * 1000) / speed));
      return () => clearTimeout(timer);
    },
  };
}

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves on by that many seconds and calls what falls due, in its order. */
  advance(seconds: number): void;
  /** When the next timer is due, in milliseconds since the epoch; undefined when nothing waits. */
  nextTimer(): number | undefined;
}

export function manualClock(startMilliseconds = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startMilliseconds;
  let order = 0;
  const waiting = new Map<number, { at: number; action: () => void }>();

  const next = (): [number, { at: number; action: () => void }] | undefined =>
    [...waiting].toSorted(([a, x], [b, y]) => x.at - y.at || a - b)[0];

  return {
    realMillisecondsPerSecond: 0,
    now: () => now,
    after: (seconds, action) => {
      const id = order++;
      waiting.set(id, { at: now + Math.max(0.001, seconds) * 1000, action });
      return () => waiting.delete(id);
    },
    nextTimer: () => next()?.[1].at,
    advance: (seconds) => {
      const until = now + seconds * 1000;
      for (let due = next(); due !== undefined && due[1].at <= until; due = next()) {
        const [id, timer] = due;
        waiting.delete(id);
        now = Math.max(now, timer.at);
        timer.action();
      }
      now = until;
    },
  };
}
