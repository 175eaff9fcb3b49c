import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Builder } from '../../docker/builder.ts';
import type { BuildInputs } from '../../inputs/build.ts';
import { findDockerfile, isRemote } from './find-dockerfile.ts';

/** The existing files that exclude parts of the context. */
export interface IgnoreFiles {
  /** Beside the Dockerfile, for this one only. BuildKit reads it instead of the other (documented); plain Docker doesn't. */
  readonly own: string | undefined;
  /** In the context. */
  readonly ofContext: string | undefined;
}

export function findIgnoreFiles(
  inputs: Pick<BuildInputs, 'context' | 'file'>,
  workspace: string,
): IgnoreFiles {
  if (isRemote(inputs.context)) return { own: undefined, ofContext: undefined };
  const existing = (path: string): string | undefined => (existsSync(path) ? path : undefined);
  return {
    own: existing(`${findDockerfile(inputs, workspace).path}.dockerignore`),
    // No path function gets this name as a literal: the bundler would take it for a file of ours.
    ofContext: existing(resolve(workspace, [inputs.context, '.dockerignore'].join('/'))),
  };
}

/** Whether the builder reads a file that excludes parts of the context. */
export function hasIgnoreFile(
  inputs: Pick<BuildInputs, 'context' | 'file'>,
  workspace: string,
  builder: Builder['kind'],
): boolean {
  const { own, ofContext } = findIgnoreFiles(inputs, workspace);
  return isRemote(inputs.context) || ofContext !== undefined || (own !== undefined && builder === 'buildx');
}
