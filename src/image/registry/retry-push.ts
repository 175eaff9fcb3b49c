import { Failure } from '../../process/failure.ts';
import type { Run } from '../../run/run.ts';

/**
 * A push or copy that fails for a reason that passes (a connection that broke, an error of the registry's own) is tried again, three
 * times in all: the layers that are there already are not sent twice.
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
      const isPassing =
        error instanceof Failure && (error.code === 'push-failed' || error.code === 'copy-failed');
      if (!isPassing || attempt === attempts || signal.aborted) throw error;
      run.log.say(`${error.message} Trying again.`);
      await run.clock.sleep(1000 * attempt, signal);
    }
  }
}

const attempts = 3;
