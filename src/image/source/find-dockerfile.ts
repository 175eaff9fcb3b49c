import { existsSync, readdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { BuildInputs } from '../../inputs/build.ts';
import type { ImageInputs } from '../../inputs/image.ts';
import { readBounded } from '../../process/read-file.ts';
import { type Instruction, readDockerfile } from './dockerfile.ts';

/** Finds the Dockerfile of a build. A remote context brings its own, which only the builder can read. */
export function findDockerfile(
  inputs: Pick<BuildInputs, 'context' | 'file'>,
  workspace: string,
): { readonly path: string; readonly exists: boolean } {
  if (isRemote(inputs.context)) return { path: inputs.context, exists: true };
  // No path function gets this name as a literal: the bundler would take it for a file of ours, copy every Dockerfile that it
  // finds into dist/, and look for the user's there.
  const file = inputs.file ?? [inputs.context, 'Dockerfile'].join('/');
  const path = resolve(workspace, file);
  if (existsSync(path)) return { path, exists: true };
  const other = resolve(workspace, inLowerCase(file));
  return existsSync(other) ? { path: other, exists: true } : { path, exists: false };
}

/** Docker and BuildKit fall back to `dockerfile` (by their sources). */
function inLowerCase(file: string): string {
  return file.replace(/(^|[\\/])Dockerfile$/, '$1dockerfile');
}

/** The `--file` argument for docker: plain Docker finds the lower-case name only without one. */
export function fileArgument(
  inputs: Pick<BuildInputs, 'context' | 'file'>,
  workspace: string,
): string | undefined {
  if (inputs.file === undefined || isRemote(inputs.context)) return inputs.file;
  const { path } = findDockerfile(inputs, workspace);
  return path === resolve(workspace, inputs.file) ? inputs.file : inLowerCase(inputs.file);
}

/** Whether a workspace is empty, because no step has checked anything out. */
export function isEmpty(workspace: string): boolean {
  try {
    return readdirSync(workspace).length === 0;
  } catch {
    return true;
  }
}

/** Whether these inputs may lead to a build, so that starting its preparation early is worthwhile. */
export function mayBuild(inputs: ImageInputs, workspace: string): boolean {
  return inputs.image === undefined && inputs.build !== 'false' && findDockerfile(inputs, workspace).exists;
}

/** Reads the Dockerfile; undefined if it can't be read before the build. */
export async function loadDockerfile(
  inputs: Pick<BuildInputs, 'context' | 'file'>,
  workspace: string,
): Promise<ReadDockerfile | undefined> {
  if (isRemote(inputs.context)) return undefined;
  const { path } = findDockerfile(inputs, workspace);
  const bytes = await readBounded(path, mostBytes).catch(() => undefined);
  return bytes && { path: relative(workspace, path), instructions: readDockerfile(bytes.toString()) };
}

/** Generated ones have some ten thousand lines. A larger one is left to the builder. */
const mostBytes = 1024 * 1024;

/** Whether the builder fetches a context: over HTTP, from a git repository, from an image. */
export function isRemote(context: string): boolean {
  return /^(https?|git|ssh|docker-image|oci-layout|target):|^git@/.test(context);
}

/** A Dockerfile as read before the build. */
export interface ReadDockerfile {
  /** Relative to the checkout. */
  readonly path: string;
  readonly instructions: readonly Instruction[];
}
