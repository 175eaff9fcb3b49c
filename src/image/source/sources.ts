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

/** The sources of a build, as far as they are known before it. */
export interface Sources {
  /** The commit of the context's repository; undefined if unknown. */
  readonly commit: SourceCommit | undefined;
  /** The address of the context's repository, if known; it may hold credentials. */
  readonly remote: string | undefined;
  /** The sources' part in the identity of the build, as JSON. */
  readonly parts: readonly unknown[];
  /** Why no other build makes the same image, as a clause; undefined: the same parts make the same image. */
  readonly unique: string | undefined;
}

export interface SourceCommit {
  /** The full SHA. */
  readonly sha: string;
  /** The time of the commit, in ISO 8601. */
  readonly committedAt: string | undefined;
}

/**
 * Reads context, Dockerfile, ignore file and further contexts, each identified by the commit of its own repository.
 *
 * @param options.workspace the folder that paths of the inputs are relative to
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
  const ignoreFiles = ignoreFilesFor(options);
  const [context, ...others] = await Promise.all([
    readContext(options, ignoreFiles),
    ...[findDockerfile(inputs, workspace).path, ...ignoreFiles].flatMap((path) =>
      path === undefined ? [] : readFileOf(path, workspace, job),
    ),
    ...furtherContexts(inputs, workspace, job),
  ]);
  // A context that the job generates counts as part of its Dockerfile's repository.
  const checkout = context.checkout ?? others[0]?.checkout;
  return {
    commit: checkout && commitOf(checkout),
    remote: checkout?.remote,
    parts: [...[context, ...others].map(({ parts }) => parts), ignoreFiles.length > 1 ? options.builder : ''],
    unique: forced ?? [context, ...others].find(({ why }) => why !== undefined)?.why ?? whyFetched(inputs),
  };
}

function commitOf({ commit, committedAt }: Checkout): SourceCommit {
  return { sha: commit, committedAt };
}

/**
 * The sources of a context that the builder fetches. A full SHA behind `#` in the address of a git repository is its commit;
 * the content of any other address is known only once it is fetched.
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
        ? 'the builder fetches the context, and its commit is unknown before that'
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
 * The ignore files that count; undefined for one that doesn't exist. Plain Docker reads the context's, but before version 23
 * it may be set to use its BuildKit: then only what both files exclude is certainly excluded.
 */
function ignoreFilesFor({
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

/** Reads an ignore file. An unreadable or unreasonably large one excludes nothing. */
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

/** The folders of build-contexts. Their ignore files don't apply. */
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
  return fetched ? 'the builder fetches a context of build-contexts' : undefined;
}

function whyForced({ rebuild, noCache, pull }: BuildInputs): string | undefined {
  if (rebuild) return 'rebuild is true';
  if (noCache) return 'no-cache is true';
  return pull ? 'pull is true' : undefined;
}

/** The path without links; unchanged if it doesn't exist. */
async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function shownAs(path: string, workspace: string): string {
  const inside = relative(workspace, path);
  if (inside === '') return 'the workspace';
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}
