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

/** A clock that goes on by itself. */
export interface RunningClock extends Clock {
  /** Leaves out that many of its seconds: calls at once what falls due in them, in its order. */
  skip(seconds: number): void;
}

/**
 * A clock that runs `speed` times as fast as the real one (1: real time). On a machine that is too busy to call in time
 * it waits with what is due, and calls each at its own moment: a task that crashes after four seconds has then not run
 * for ten.
 */
export function runningClock(speed = 1): RunningClock {
  const started = Date.now();
  const monotonic = performance.now();
  const waiting = timers();
  let skippedMilliseconds = 0;
  let called: number | undefined;
  let armed: NodeJS.Timeout | undefined;

  const passed = (): number => started + (performance.now() - monotonic) * speed + skippedMilliseconds;
  const now = (): number => called ?? Math.min(passed(), waiting.next()?.at ?? Infinity);
  const callUntil = (until: number): void => {
    waiting.callUntil(until, (at) => {
      called = at;
    });
    called = undefined;
  };
  const arm = (): void => {
    clearTimeout(armed);
    const due = waiting.next();
    if (due === undefined) return;
    armed = setTimeout(
      () => {
        callUntil(passed());
        arm();
      },
      Math.max(1, (due.at - passed()) / speed),
    );
  };
  return {
    realMillisecondsPerSecond: 1000 / speed,
    now,
    after: (seconds, action) => {
      const cancel = waiting.add(now() + seconds * 1000, action);
      arm();
      return () => {
        cancel();
        arm();
      };
    },
    skip: (seconds) => {
      const until = now() + seconds * 1000;
      callUntil(until);
      skippedMilliseconds += Math.max(0, until - passed());
      arm();
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
  const waiting = timers();
  return {
    realMillisecondsPerSecond: 0,
    now: () => now,
    after: (seconds, action) => waiting.add(now + Math.max(0.001, seconds) * 1000, action),
    nextTimer: () => waiting.next()?.at,
    advance: (seconds) => {
      const until = now + seconds * 1000;
      waiting.callUntil(until, (at) => {
        now = Math.max(now, at);
      });
      now = until;
    },
  };
}

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** What waits for a moment, in milliseconds since the epoch; called in the order of the moments. */
function timers() {
  let order = 0;
  const waiting = new Map<number, Timer>();
  // The first one added goes first among timers for the same moment: a Map keeps that order.
  const first = (): [number, Timer] | undefined => {
    let found: [number, Timer] | undefined;
    for (const entry of waiting) if (found === undefined || entry[1].at < found[1].at) found = entry;
    return found;
  };
  return {
    add: (at: number, action: () => void): Cancel => {
      const id = order++;
      waiting.set(id, { at, action });
      return () => waiting.delete(id);
    },
    next: (): Timer | undefined => first()?.[1],
    /** Calls what is due until then, also what that adds; `passTo` is told each moment before. */
    callUntil: (until: number, passTo: (at: number) => void): void => {
      for (let due = first(); due !== undefined && due[1].at <= until; due = first()) {
        const [id, timer] = due;
        waiting.delete(id);
        passTo(timer.at);
        timer.action();
      }
    },
  };
}
