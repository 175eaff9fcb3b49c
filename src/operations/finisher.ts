import type { Run } from '../run/run.ts';
import type { Progress, Work, WorkKind } from '../run/work.ts';
import type { Reader } from '../service/reader.ts';

/**
 * Ends what a work has left open, and tells the journal where nothing is left to do. Answers with nothing where nobody
 * needs to hear of it. Never throws.
 */
export type Finisher<K extends WorkKind> = (
  context: { readonly run: Run; readonly reader: Reader },
  work: Work<K>,
  progress: Progress,
) => Promise<Finished | undefined>;

/** What was found and done, for the log and the exit code. */
export interface Finished {
  readonly lines: readonly string[];
  readonly isGood: boolean;
}
