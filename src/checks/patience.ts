import type { Clock } from '../clock.ts';

/** Where a service can't be reached (no way out of a VPC), this is what a deployment is held up for. */
export const patienceSeconds = 6;

/** What AWS says, if it says it soon. */
export async function askInTime<T>(clock: Clock, ask: () => Promise<T>): Promise<T | 'late'> {
  const answered = new AbortController();
  try {
    const late = clock.sleep(patienceSeconds * 1000, answered.signal).then(() => 'late' as const);
    return await Promise.race([ask(), late]);
  } finally {
    answered.abort();
  }
}
