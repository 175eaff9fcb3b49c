import type { Builder } from '../../docker/builder.ts';
import type { ImageInputs } from '../../inputs/image.ts';
import type { Run } from '../../run/run.ts';
import { lookForEngine } from '../registry/engine.ts';
import { findIgnoreFiles } from './ignore-file.ts';
import { readSources, type Sources } from './sources.ts';

/**
 * Looks at what a build is made of, once in a run. A deploy begins with this, since reading takes its time, and asks AWS
 * meanwhile.
 */
export function lookAtSources(run: Run, inputs: ImageInputs): Promise<Sources> {
  const before = lookedAt.get(run);
  if (before !== undefined) return before;
  const looked = builderOf(run, inputs).then((builder) =>
    readSources({ inputs, workspace: run.workspace, job: run.environment, builder }),
  );
  // Heard when it is needed.
  looked.catch(() => undefined);
  lookedAt.set(run, looked);
  return looked;
}

const lookedAt = new WeakMap<Run, Promise<Sources>>();

/**
 * Which builder it is matters only where the Dockerfile has an ignore file of its own. An image that a BuildKit has built
 * can be found again without an engine.
 */
async function builderOf(run: Run, inputs: ImageInputs): Promise<Builder['kind']> {
  if (findIgnoreFiles(inputs, run.workspace).own === undefined) return 'buildx';
  return lookForEngine(run, inputs).then(
    ({ builder }) => builder.kind,
    () => 'buildx',
  );
}
