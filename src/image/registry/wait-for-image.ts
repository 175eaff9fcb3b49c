import { cancelledFailure, Failure } from '../../process/failure.ts';
import type { Run } from '../../run/run.ts';

/**
 * Looks for an image again until it is there: ECR's replication takes up to half an hour (documented) and does not tell in
 * the registry that it copies to; another job may still build it.
 *
 * @param find throws image-missing or repository-missing as long as the image is not there
 * @throws Failure what `find` threw last, cancelled
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
      if (attempt === 1) log.say(`${error.message} Waiting for it, ${minutes} min at most.`);
      await clock.sleep(pauseMilliseconds, signal);
      if (signal.aborted) throw cancelledFailure();
    }
  }
}

const pauseMilliseconds = 5000;

/** Whether ECR does not have an image, be it for lack of its repository. */
export function isMissing(error: unknown): error is Failure {
  return error instanceof Failure && (error.code === 'image-missing' || error.code === 'repository-missing');
}
