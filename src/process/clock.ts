/** Time as the action sees it; tests pass a clock of their own. */
export interface Clock {
  /**
   * Milliseconds since some moment, for durations: limits, intervals, how long something took. It only goes forward,
   * whoever sets the machine's clock meanwhile, and says nothing of the date.
   */
  now(): number;
  /** The date by the machine's clock, for what AWS dates. It may be wrong, and be set at any moment. */
  date(): Date;
  /** Resolves after that many milliseconds, or at once when the signal is aborted (it never rejects). */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** A number from 0 up to 1, for the jitter of polls and retries. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  random: () => Math.random(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal?.addEventListener('abort', done);
    }),
};
