import { kindOf, wordsOf } from '../../aws/errors.ts';
import { ExchangeError } from '../../exchange/exchange-error.ts';
import type { Clock } from '../../process/clock.ts';
import { Failure } from '../../process/failure.ts';
import { rateLimitedLog } from '../../process/rate-limited-log.ts';
import type { Reader } from '../../service/reader.ts';

/** What happens when AWS denies a read, or doesn't have its operation. */
type Refused = (what: string, error: unknown) => void;

/**
 * Makes the reads of an observer: a read that fails is not a verdict, so it is logged and tried again at the next tick,
 * unless it can't succeed.
 *
 * @returns a function that throws Failure aws-credentials, and ExchangeError when the reader's reads have ended
 */
export function createAttempt({
  reader,
  clock,
  say,
}: {
  readonly reader: Pick<Reader, 'slowDown'>;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}): (what: string, read: () => Promise<void>, refused: Refused) => Promise<void> {
  const tell = rateLimitedLog(clock, say);
  return async (what, read, refused) => {
    try {
      await read();
    } catch (error) {
      if (error instanceof ExchangeError && error.fault === 'cancelled') throw error;
      const kind = kindOf(error);
      if (kind === 'denied' || kind === 'unsupported') {
        refused(what, error);
      } else if (kind === 'credentials') {
        throw new Failure({
          code: 'aws-credentials',
          fault: 'yours',
          message: `The credentials are no longer accepted: ${wordsOf(error)}`,
          advice:
            'A role taken by OIDC lasts one hour by default; ask for a session as long as the rollout may take.',
          cause: error,
        });
      } else {
        if (kind === 'throttled') reader.slowDown();
        tell(`${what} failed and is tried again: ${wordsOf(error)}`, what);
      }
    }
  };
}

/** Ends the run: without this read the deployment can't be observed. */
export function refuse(what: string, error: unknown): never {
  throw new Failure({
    code: 'aws-denied',
    fault: 'yours',
    message: `${what} is not permitted any more: ${wordsOf(error)}`,
    advice: `Permit ${what} for the role of this job.`,
    cause: error,
  });
}
