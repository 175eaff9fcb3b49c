import type { ManualClock } from '../../local/base/clock.ts';
import type { Clock } from '../../src/process/clock.ts';

/** The action's clock on the time of the local Fargate: both move together, and only when nothing else is to do. */
export interface SharedClock extends Clock {
  /** When the next one wakes who sleeps on it, by the clock; undefined when nobody sleeps. */
  nextWaking(): number | undefined;
}

/** @param random numbers from 0 up to 1, so that a run can be repeated */
export function sharedClock(clock: ManualClock, random: () => number): SharedClock {
  const wakings = new Map<object, number>();
  return {
    now: () => clock.now(),
    date: () => new Date(clock.now()),
    random,
    nextWaking: () => (wakings.size === 0 ? undefined : Math.min(...wakings.values())),
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = {};
        wakings.set(sleeper, clock.now() + milliseconds);
        const done = (): void => {
          cancel();
          signal?.removeEventListener('abort', done);
          wakings.delete(sleeper);
          resolve();
        };
        const cancel = clock.after(milliseconds / 1000, done);
        signal?.addEventListener('abort', done);
      }),
  };
}

/** Rounds of the event loop without anything open before time may pass: an answer takes one or two to be read. */
const quietRounds = 3;

/**
 * At most this much passes at once, so that what the server does in a promise comes not later than it would.
 */
const stepMilliseconds = 2000;

/**
 * Lets time pass whenever the command sleeps and no request is open, until the work is done.
 *
 * @param limitSeconds of the clock; a run that lasts longer would never end
 * @throws Error when it does, or when it waits for nothing
 */
export async function passTime<T>(
  work: Promise<T>,
  {
    clock,
    nextWaking,
    isBusy,
  }: { clock: ManualClock; nextWaking: () => number | undefined; isBusy: () => boolean },
  limitSeconds: number,
): Promise<T> {
  const state = { isDone: false };
  const finished = work.finally(() => {
    state.isDone = true;
  });
  finished.catch(() => undefined);
  const until = clock.now() + limitSeconds * 1000;
  let quiet = 0;
  let idle = 0;
  while (!state.isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    if (state.isDone) break;
    quiet = isBusy() ? 0 : quiet + 1;
    if (quiet < quietRounds) continue;
    const waking = nextWaking();
    if (waking === undefined) {
      // Between two waits it may still load or write a file, but not forever.
      if (++idle > 200_000) throw new Error('The run waits for nothing that will ever come.');
      continue;
    }
    idle = 0;
    quiet = 0;
    if (clock.now() > until) throw new Error(`The run has not ended after ${limitSeconds} seconds.`);
    const next = Math.min(waking, clock.now() + stepMilliseconds);
    clock.advance((next - clock.now()) / 1000);
  }
  return finished;
}
