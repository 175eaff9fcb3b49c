import { existsSync, readdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { BuildInputs } from '../../inputs/build.ts';
import type { ImageInputs } from '../../inputs/image.ts';
import { readBounded } from '../../process/read-file.ts';
import { type Instruction, readDockerfile } from './dockerfile.ts';

/** The Dockerfile that a build would use; a context that is a URL has its own, which can't be looked for here. */
export function findDockerfile(
  inputs: Pick<BuildInputs, 'context' | 'file'>,
  workspace: string,
): { readonly path: string; readonly exists: boolean } {
  if (isRemote(inputs.context)) return { path: inputs.context, exists: true };
  // Written without a path function whose last argument is a literal: the bundler would take that for a file of ours,
  // put every Dockerfile that it finds into dist/ and look for the user's one there.
  const file = inputs.file ?? [inputs.context, 'Dockerfile'].join('/');
  const path = resolve(workspace, file);
  if (existsSync(path)) return { path, exists: true };
  const other = resolve(workspace, inSmallLetters(file));
  return existsSync(other) ? { path: other, exists: true } : { path, exists: false };
}

/** Docker and BuildKit take `dockerfile` where there is no `Dockerfile` (seen in their sources). */
function inSmallLetters(file: string): string {
  return file.replace(/(^|[\\/])Dockerfile$/, '$1dockerfile');
}

/** The `--file` argument for docker: plain Docker finds the small letters only without one. */
export function fileArgument(
  inputs: Pick<BuildInputs, 'context' | 'file'>,
  workspace: string,
): string | undefined {
  if (inputs.file === undefined || isRemote(inputs.context)) return inputs.file;
  const { path } = findDockerfile(inputs, workspace);
  return path === resolve(workspace, inputs.file) ? inputs.file : inSmallLetters(inputs.file);
}

/** Whether a workspace has nothing in it: no step has checked anything out. */
export function isEmpty(workspace: string): boolean {
  try {
    return readdirSync(workspace).length === 0;
  } catch {
    return true;
  }
}

/** Whether these inputs may end in a build, for what is worth beginning early. */
export function mayBuild(inputs: ImageInputs, workspace: string): boolean {
  return inputs.image === undefined && inputs.build !== 'false' && findDockerfile(inputs, workspace).exists;
}

/** Reads the Dockerfile; undefined when it can't be read before the build. */
export async function readItsDockerfile(
  inputs: Pick<BuildInputs, 'context' | 'file'>,
  workspace: string,
): Promise<ReadDockerfile | undefined> {
  if (isRemote(inputs.context)) return undefined;
  const { path } = findDockerfile(inputs, workspace);
  const bytes = await readBounded(path, mostBytes).catch(() => undefined);
  return bytes && { path: relative(workspace, path), instructions: readDockerfile(bytes.toString()) };
}

/** Generated ones have some ten thousand lines. One that is larger is left to the builder. */
const mostBytes = 1024 * 1024;

/** Whether a context is fetched by the builder: by HTTP, from a git repository, from an image. */
export function isRemote(context: string): boolean {
  return /^(https?|git|ssh|docker-image|oci-layout|target):|^git@/.test(context);
}

/** A Dockerfile as it was read before the build. */
export interface ReadDockerfile {
  /** Relative to the checkout. */
  readonly path: string;
  readonly instructions: readonly Instruction[];
}
