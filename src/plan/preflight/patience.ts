import type { Clock } from '../../process/clock.ts';

/** Where a service can't be reached (no way out of a VPC), this is what a deployment is held up for. */
export const patienceSeconds = 6;

/**
 * What AWS says, if it says it soon.
 * @param ask gets a signal that is aborted when nobody waits any more
 */
export async function askInTime<T>(
  clock: Clock,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T | 'late'> {
  const over = new AbortController();
  try {
    const late = clock.sleep(patienceSeconds * 1000, over.signal).then(() => 'late' as const);
    return await Promise.race([ask(over.signal), late]);
  } finally {
    over.abort();
  }
}

/**
 * Lets so many questions be asked at once: AWS limits the rate of each operation, for reads of roles and log groups to
 * ten or so a second.
 */
export function inTurn(atOnce: number): <T>(ask: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (ask) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await ask();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
