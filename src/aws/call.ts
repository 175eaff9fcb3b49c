import type { Clock } from '../clock.ts';
import { isPassing, kindOf, wordsOf } from './errors.ts';

/** What a call needs besides the request: time, a way to be seen waiting, a way to be cut short. */
export interface Calling {
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Sends a call that may be sent again (a read, or a write that does no harm twice) until it is answered. Passing
 * errors are waited out with jitter and shown; every other error is thrown as it is. An aborted signal ends the wait.
 *
 * The SDK's own retries are off (see clients.ts): they wait unseen, and they would send UpdateService twice.
 *
 * @param what the API action, for the log, e.g. `ecs:DescribeServices`
 * @param patienceSeconds how long to go on trying; 20 by default
 */
export async function call<T>(
  { clock, say, signal }: Calling,
  what: string,
  send: () => Promise<T>,
  patienceSeconds = 20,
): Promise<T> {
  const until = clock.now() + patienceSeconds * 1000;
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const kind = kindOf(error);
      const pause = pauseMilliseconds(kind === 'throttled' ? 1000 : 100, attempt, clock.random());
      if (!isPassing(kind) || signal?.aborted || clock.now() + pause > until) throw error;
      if (attempt > 0 || kind === 'throttled') {
        say(`${what}: ${wordsOf(error)}; trying again in ${(pause / 1000).toFixed(1)} s`);
      }
      await clock.sleep(pause, signal);
      if (signal?.aborted) throw error;
    }
  }
}

/** Exponential back-off with jitter between half and the whole of base x 2^attempt, at most 10 s. */
export function pauseMilliseconds(base: number, attempt: number, random: number): number {
  return Math.min(10_000, base * 2 ** attempt) * (0.5 + random / 2);
}
