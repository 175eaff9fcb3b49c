import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import type { Builder } from '../../docker/builder.ts';
import type { BuildInputs } from '../../inputs/build.ts';
import { readBounded } from '../../process/read-file.ts';
import type { Checkout } from './checkout.ts';
import { type Content, contentOfFile, contentOfFolder } from './content.ts';
import { type Ignored, mostCharacters, readDockerIgnore } from './docker-ignore.ts';
import { findDockerfile, isRemote } from './find-dockerfile.ts';
import { findIgnoreFiles } from './ignore-file.ts';

/** What a build is made of, as far as it is known before it. */
export interface Sources {
  /** The commit that the image is built from: that of the context's repository; undefined where it is not known. */
  readonly commit: SourceCommit | undefined;
  /** The address of the context's repository, where it is known; it may hold credentials. */
  readonly remote: string | undefined;
  /** Stands for all that goes in, in the name of the build: as JSON. */
  readonly parts: readonly unknown[];
  /** Why a build of it is like no other, as a part of a sentence; undefined: the same parts make the same image. */
  readonly unique: string | undefined;
}

export interface SourceCommit {
  /** The full SHA. */
  readonly sha: string;
  /** When it was made, as ISO 8601 writes it. */
  readonly committedAt: string | undefined;
}

/**
 * Context, Dockerfile, ignore file and further contexts, each told by the commit of the repository that it lies in.
 *
 * @param options.workspace the folder that paths of the inputs count from
 * @param options.job the environment of the job
 */
export async function readSources(options: {
  readonly inputs: BuildInputs;
  readonly workspace: string;
  readonly job: NodeJS.ProcessEnv;
  readonly builder: Builder['kind'];
}): Promise<Sources> {
  const { inputs, workspace, job } = options;
  const forced = whyForced(inputs);
  if (isRemote(inputs.context)) {
    const others = await Promise.all(furtherContexts(inputs, workspace, job));
    return remoteSources(inputs, forced, others);
  }
  const counting = ignoreFilesOf(options);
  const [context, ...others] = await Promise.all([
    readContext(options, counting),
    ...[findDockerfile(inputs, workspace).path, ...counting].flatMap((path) =>
      path === undefined ? [] : readFileOf(path, workspace, job),
    ),
    ...furtherContexts(inputs, workspace, job),
  ]);
  // A context that is made by the job is known by its Dockerfile's repository.
  const checkout = context.checkout ?? others[0]?.checkout;
  return {
    commit: checkout && commitOf(checkout),
    remote: checkout?.remote,
    parts: [...[context, ...others].map(({ parts }) => parts), counting.length > 1 ? options.builder : ''],
    unique: forced ?? [context, ...others].find(({ why }) => why !== undefined)?.why ?? whyFetched(inputs),
  };
}

function commitOf({ commit, committedAt }: Checkout): SourceCommit {
  return { sha: commit, committedAt };
}

/**
 * A context that the builder fetches. Of a git repository a full SHA behind `#` is its commit; what else an address leads
 * to is known only when it is fetched.
 */
function remoteSources(inputs: BuildInputs, forced: string | undefined, others: readonly Content[]): Sources {
  const { context, file } = inputs;
  const sha = pinnedCommit(context);
  return {
    commit: sha === undefined ? undefined : { sha, committedAt: undefined },
    remote: context,
    parts: [[context, file], ...others.map(({ parts }) => parts)],
    unique:
      forced ??
      (sha === undefined
        ? 'the context is fetched from elsewhere, and its commit is not known before'
        : undefined) ??
      others.find(({ why }) => why !== undefined)?.why ??
      whyFetched(inputs),
  };
}

/** The commit in the address of a git repository, as Docker reads it (documented: `URL#ref:folder`). */
function pinnedCommit(context: string): string | undefined {
  const isGit = /^(git:|ssh:|git@)|\.git#/.test(context);
  return isGit ? /#([0-9a-f]{40})(:|$)/.exec(context)?.[1] : undefined;
}

/**
 * The ignore files that count, undefined for one that does not exist. Plain Docker reads that of the context, but one before
 * version 23 may have been told to use its BuildKit: then only what both leave out is surely not taken.
 */
function ignoreFilesOf({
  inputs,
  workspace,
  builder,
}: Parameters<typeof readSources>[0]): readonly (string | undefined)[] {
  const { own, ofContext } = findIgnoreFiles(inputs, workspace);
  if (own === undefined) return [ofContext];
  return builder === 'buildx' ? [own] : [own, ofContext];
}

async function readContext(
  { inputs, workspace, job }: Parameters<typeof readSources>[0],
  ignoreFiles: readonly (string | undefined)[],
): Promise<Content> {
  const all = await Promise.all(
    ignoreFiles.map(async (path) => readDockerIgnore(path === undefined ? '' : await readIgnoreFile(path))),
  );
  const ignored: Ignored = {
    has: (path) => all.every((one) => one.has(path)),
    hasAllOf: (folder) => all.every((one) => one.hasAllOf(folder)),
  };
  return readFolder({ path: inputs.context, workspace, ignored, job });
}

async function readFolder(options: {
  readonly path: string;
  readonly workspace: string;
  readonly ignored: Ignored;
  readonly job: NodeJS.ProcessEnv;
}): Promise<Content> {
  const { path, workspace, ignored, job } = options;
  const folder = await real(resolve(workspace, path));
  return contentOfFolder({ folder, shown: shownAs(folder, await real(workspace)), ignored, job });
}

/** One that can't be read, or is too large to be meant, leaves out nothing. */
async function readIgnoreFile(path: string): Promise<string> {
  return readBounded(path, mostCharacters).then(
    (bytes) => bytes.toString(),
    () => '',
  );
}

async function readFileOf(path: string, workspace: string, job: NodeJS.ProcessEnv): Promise<Content> {
  const file = await real(path);
  return contentOfFile(file, shownAs(file, await real(workspace)), job);
}

/** The folders of build-contexts. Their ignore files are no business of the Dockerfile that uses them. */
function furtherContexts(
  inputs: BuildInputs,
  workspace: string,
  job: NodeJS.ProcessEnv,
): readonly Promise<Content>[] {
  return inputs.buildContexts
    .map((entry) => entry.slice(entry.indexOf('=') + 1))
    .filter((source) => !isRemote(source))
    .map((path) => readFolder({ path, workspace, ignored: readDockerIgnore(''), job }));
}

function whyFetched({ buildContexts }: BuildInputs): string | undefined {
  const fetched = buildContexts
    .map((entry) => entry.slice(entry.indexOf('=') + 1))
    .some(
      (source) => /^(https?|git|ssh|oci-layout):|^git@/.test(source) && pinnedCommit(source) === undefined,
    );
  return fetched ? 'a context of build-contexts is fetched from elsewhere' : undefined;
}

function whyForced({ rebuild, noCache, pull }: BuildInputs): string | undefined {
  if (rebuild) return 'rebuild is true';
  if (noCache) return 'no-cache is true';
  return pull ? 'pull is true' : undefined;
}

/** The path without links; where it does not exist, as it is. */
async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function shownAs(path: string, workspace: string): string {
  const way = relative(workspace, path);
  if (way === '') return 'the workspace';
  return way.startsWith('..') || isAbsolute(way) ? path : way;
}
