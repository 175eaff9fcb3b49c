import { Failure } from '../../process/failure.ts';
import type { Run } from '../../run/run.ts';

/**
 * Retries a push or copy that fails for a temporary reason (a broken connection, an error in the registry), three attempts in
 * all. Layers that the registry already has aren't sent again.
 */
export async function retryPush<T>(
  run: Run,
  signal: AbortSignal,
  push: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await push(attempt);
    } catch (error) {
      const isTemporary =
        error instanceof Failure && (error.code === 'push-failed' || error.code === 'copy-failed');
      if (!isTemporary || attempt === attempts || signal.aborted) throw error;
      run.log.say(`${error.message} Retrying.`);
      await run.clock.sleep(1000 * attempt, signal);
    }
  }
}

const attempts = 3;
