import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Builder } from '../../docker/builder.ts';
import type { BuildInputs } from '../../inputs/build.ts';
import { findDockerfile, isRemote } from './find-dockerfile.ts';

/** The files that say what of the context Docker does not take, where they exist. */
export interface IgnoreFiles {
  /** Beside the Dockerfile, for this one alone. Only BuildKit reads it, and then none other (documented). */
  readonly own: string | undefined;
  /** In the context. */
  readonly ofContext: string | undefined;
}

export function findIgnoreFiles(
  inputs: Pick<BuildInputs, 'context' | 'file'>,
  workspace: string,
): IgnoreFiles {
  if (isRemote(inputs.context)) return { own: undefined, ofContext: undefined };
  const there = (path: string): string | undefined => (existsSync(path) ? path : undefined);
  return {
    own: there(`${findDockerfile(inputs, workspace).path}.dockerignore`),
    // No path function gets this name as its last argument: the bundler would take that for a file of ours.
    ofContext: there(resolve(workspace, [inputs.context, '.dockerignore'].join('/'))),
  };
}

/** Whether something says what of the context is not to be sent. */
export function hasIgnoreFile(
  inputs: Pick<BuildInputs, 'context' | 'file'>,
  workspace: string,
  builder: Builder['kind'],
): boolean {
  const { own, ofContext } = findIgnoreFiles(inputs, workspace);
  return isRemote(inputs.context) || ofContext !== undefined || (own !== undefined && builder === 'buildx');
}
