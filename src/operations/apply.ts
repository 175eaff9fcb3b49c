import type { Change } from '../change/change.ts';
import { cancelledFailure } from '../failure.ts';
import type { ProvidedImage } from '../image/provide.ts';
import type { Inputs } from '../inputs.ts';
import { sayBuild } from '../report/build-section.ts';
import type { History } from '../rollback/past.ts';
import type { ServiceOutcome } from '../rollout/outcome.ts';
import type { Reader } from '../rollout/reader.ts';
import { createTargetHealthReader } from '../rollout/target-health.ts';
import type { Run } from '../run.ts';
import { createRegistrar } from './register.ts';
import { rollOut } from './roll-out.ts';
import { warnOfLostImages } from './way-back-image.ts';

/** What a deploy did. */
export interface Deployed {
  readonly outcomes: readonly ServiceOutcome[];
  readonly image: ProvidedImage | undefined;
  /** What a rollback chose from. */
  readonly histories?: readonly History[];
}

/**
 * Does what was decided: registers, updates, follows, and takes the way back where that fails.
 * @param commit of the image that is put in; an image that is kept keeps its own
 */
export async function apply({
  change: { image, services },
  commit,
  inputs,
  run,
  reader,
}: {
  readonly change: Change;
  readonly commit: string | undefined;
  readonly inputs: Inputs;
  readonly run: Run;
  readonly reader: Reader;
}): Promise<Deployed> {
  if (image.kind === 'there') run.log.say(`image ${image.uri}`);
  if (services.some(({ update }) => update.kind === 'update')) await run.record.begin(commit);
  if (image.kind === 'there' && image.build !== undefined) run.log.say(sayBuild(image.build));
  const registrar = createRegistrar(run, image.kind === 'kept' ? 'kept' : { commit });
  const [arns] = await Promise.all([
    Promise.all(services.map(({ taskDefinition }) => registrar(taskDefinition))),
    ...services.map(({ seen, update }) =>
      update.kind === 'update' ? warnOfLostImages(run, seen) : undefined,
    ),
  ]);
  stopIfCancelled(run);
  const targetHealth = createTargetHealthReader(run.aws);
  const outcomes = await Promise.all(
    services.map(({ seen, taskDefinition, update }, index) =>
      rollOut({
        run,
        inputs,
        reader,
        targetHealth,
        seen,
        taskDefinition: taskDefinition.document,
        taskDefinitionArn: arns[index] ?? '',
        change: update,
        say: (line) => run.log.say(services.length === 1 ? line : `[${seen.name}] ${line}`),
      }),
    ),
  );
  return { outcomes, image: image.kind === 'there' ? image : undefined };
}

export function stopIfCancelled({ signal }: Run): void {
  if (signal.aborted) throw cancelledFailure();
}
