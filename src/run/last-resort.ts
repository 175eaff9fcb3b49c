import { wordsOf } from '../aws/errors.ts';
import type { Log } from '../process/log.ts';

/**
 * Keeps the process going to the end of its own work. Node.js would end it, with the line of the bundle that threw
 * (1.5 MB) and without a verdict, for whatever is thrown where nobody catches it; a deployment must not end so.
 */
export function lastResort({ say, debug }: Pick<Log, 'say' | 'debug'>): LastResort {
  let first: unknown;
  // Nobody reads any more (EPIPE), or the disk behind is full: what can't be printed doesn't end a deployment.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  // Rejections that nobody handles come here too (documented).
  process.on('uncaughtException', (error) => {
    first ??= error;
    say(`An unexpected error, which the run does not wait for; it goes on: ${wordsOf(error)}`);
    debug(error instanceof Error ? (error.stack ?? '') : '');
  });
  return {
    toItsEnd: (work) =>
      new Promise((resolve, reject) => {
        // Nothing is left that could bring the end: Node.js would stop here with code 13 and not a word.
        process.once('beforeExit', () => {
          reject(first ?? new Error('The run waits for something that will never come.'));
        });
        work.then(resolve, reject);
      }),
  };
}

export interface LastResort {
  /** As the work ends; rejects when it can't end any more. */
  readonly toItsEnd: <T>(work: Promise<T>) => Promise<T>;
}
