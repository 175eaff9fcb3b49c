import type { Clock } from './clock.ts';

/** What a promise comes to, or `cancelled` as soon as the signal is aborted; the work itself goes on unheard. */
export async function untilCancelled<T>(signal: AbortSignal, work: Promise<T>): Promise<T | 'cancelled'> {
  const over = new AbortController();
  try {
    return await Promise.race([work, onceAborted(signal, over.signal)]);
  } finally {
    over.abort();
  }
}

/**
 * What some work comes to, or `cancelled` that long after the signal was aborted.
 * @param work gets a signal that is aborted once nobody waits for it any more
 */
export async function untilCancelledFor<T>(
  { clock, signal }: { readonly clock: Pick<Clock, 'sleep'>; readonly signal: AbortSignal },
  milliseconds: number,
  work: (over: AbortSignal) => Promise<T>,
): Promise<T | 'cancelled'> {
  const over = new AbortController();
  const late = onceAborted(signal, over.signal).then(async (how) => {
    await clock.sleep(milliseconds, over.signal);
    return how;
  });
  try {
    return await Promise.race([work(over.signal), late]);
  } finally {
    over.abort();
  }
}

/** Resolves when the signal is aborted; listens until `over` is. */
export function onceAborted(signal: AbortSignal, over: AbortSignal): Promise<'cancelled'> {
  return new Promise((resolve) => {
    const stop = (): void => {
      signal.removeEventListener('abort', stop);
      over.removeEventListener('abort', stop);
      resolve('cancelled');
    };
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);
    over.addEventListener('abort', stop);
  });
}
