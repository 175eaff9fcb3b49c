import type { Builder } from '../../docker/builder.ts';
import type { ImageInputs } from '../../inputs/image.ts';
import type { Run } from '../../run/run.ts';
import { findIgnoreFiles } from '../source/ignore-file.ts';
import { readSources, type Sources } from '../source/sources.ts';
import { detectEngine } from './engine.ts';

/** Reads what a build is made of, once per run. Reading takes a while, so a deployment starts it before it asks AWS. */
export function loadSources(run: Run, inputs: ImageInputs): Promise<Sources> {
  const earlier = sourcesByRun.get(run);
  if (earlier !== undefined) return earlier;
  const sources = builderKind(run, inputs).then((builder) =>
    readSources({ inputs, workspace: run.workspace, job: run.environment, builder }),
  );
  // The caller that needs the sources handles the failure.
  sources.catch(() => undefined);
  sourcesByRun.set(run, sources);
  return sources;
}

const sourcesByRun = new WeakMap<Run, Promise<Sources>>();

/**
 * Detects the builder only if the Dockerfile has an ignore file of its own, which only BuildKit reads. Without an engine
 * an image that BuildKit built earlier can still be found again.
 */
async function builderKind(run: Run, inputs: ImageInputs): Promise<Builder['kind']> {
  if (findIgnoreFiles(inputs, run.workspace).own === undefined) return 'buildx';
  return detectEngine(run, inputs).then(
    ({ builder }) => builder.kind,
    () => 'buildx',
  );
}
