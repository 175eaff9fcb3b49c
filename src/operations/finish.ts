import type { Run } from '../run/run.ts';
import type { Progress, Work, WorkKind } from '../run/work.ts';
import { createReader } from '../service/reader.ts';
import { finishDockerCommand, finishDockerConfig } from './finish-docker.ts';
import { finishServiceUpdate } from './finish-service-update.ts';
import type { Finished, Finisher } from './finisher.ts';

const finishers: { readonly [K in WorkKind]: Finisher<K> } = {
  'service-update': finishServiceUpdate,
  'docker-command': finishDockerCommand,
  'docker-config': finishDockerConfig,
};

/**
 * Finishes what is open in the journal: the work of a step that was cancelled or killed, for `post`; or, at the end of
 * the step itself, work of the kinds that don't need the time that only `post` has. Never throws.
 */
export async function finish(
  run: Run,
  kinds: readonly WorkKind[] = Object.keys(finishers) as WorkKind[],
): Promise<readonly Finished[]> {
  const reader = createReader(run.aws.ecs, run.clock);
  const finishOne = <K extends WorkKind>(work: Work<K>, progress: Progress): Promise<Finished | undefined> =>
    finishers[work.kind]({ run, reader }, work, progress);
  const open = run.journal.open().filter(({ work }) => kinds.includes(work.kind));
  const finished = await Promise.all(open.map(({ work, progress }) => finishOne(work, progress)));
  return finished.flatMap((one) => one ?? []);
}
