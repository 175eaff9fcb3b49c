import { cancelledFailure, Failure } from '../../process/failure.ts';
import type { Run } from '../../run/run.ts';

/**
 * Waits until an image exists. ECR's replication takes up to half an hour (documented), and the target registry doesn't show
 * that an image is on its way; or another job is still building it.
 *
 * @param find throws image-missing or repository-missing while the image doesn't exist
 * @throws Failure what `find` threw last; cancelled
 */
export async function waitForImage<T>(
  { clock, log, signal }: Pick<Run, 'clock' | 'log' | 'signal'>,
  minutes: number,
  find: () => Promise<T>,
): Promise<T> {
  const until = clock.now() + minutes * 60_000;
  for (let attempt = 1; ; attempt++) {
    try {
      return await find();
    } catch (error) {
      if (!isMissing(error) || clock.now() + pauseMilliseconds > until) throw error;
      if (attempt === 1) log.say(`${error.message} Waiting for it, up to ${minutes} min.`);
      await clock.sleep(pauseMilliseconds, signal);
      if (signal.aborted) throw cancelledFailure();
    }
  }
}

const pauseMilliseconds = 5000;

/** Whether ECR lacks an image, or its whole repository. */
export function isMissing(error: unknown): error is Failure {
  return error instanceof Failure && (error.code === 'image-missing' || error.code === 'repository-missing');
}
