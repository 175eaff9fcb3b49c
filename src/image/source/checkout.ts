import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { environmentFor } from '../../process/child-environment.ts';
import { findProgram } from '../../process/program.ts';

/** Where git looks. We name the place: git's own search would accept a folder that only looks like a repository. */
export interface GitPlace {
  /** The top folder of the working tree. */
  readonly root: string;
  /** Holds the objects: `.git`, or the folder that a file of this name points to. */
  readonly gitFolder: string;
}

/** A repository with a commit checked out. */
export interface Checkout extends GitPlace {
  /** The full SHA. */
  readonly commit: string;
  /** The time of the commit, in ISO 8601. */
  readonly committedAt: string;
  /** The address it was cloned from, as git stores it; it may hold credentials. */
  readonly remote: string | undefined;
}

/** Why a path has no commit. */
export type NoCheckout = 'no-repository' | 'no-commit';

/**
 * Finds the checkout that a path lies in: the nearest one, which may be a submodule or another repository inside the
 * workspace. GITHUB_SHA isn't it: that is the event's commit, whatever the job has checked out since.
 *
 * Only a `.git` marks a repository. No commit can contain one, so files of a commit can't pose as a repository.
 *
 * @param folder without links
 */
export async function findCheckout(folder: string, job: NodeJS.ProcessEnv): Promise<Checkout | NoCheckout> {
  for (let root = folder; ; root = dirname(root)) {
    const gitFolder = await findGitFolder(root);
    if (gitFolder !== undefined) return (await readCheckout({ root, gitFolder }, job)) ?? 'no-commit';
    if (dirname(root) === root) return 'no-repository';
  }
}

/** Finds the git folder of a working tree by the `.git` in its top folder; undefined if the folder isn't one. */
export async function findGitFolder(root: string): Promise<string | undefined> {
  const path = join(root, '.git');
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) {
    const head = await stat(join(path, 'HEAD')).catch(() => undefined);
    return head === undefined ? undefined : path;
  }
  // A submodule or a worktree has a file with a path in it, and no path is longer.
  if (!found?.isFile() || found.size > 8192) return undefined;
  const [, target] = /^gitdir: (.+?)\r?\n?$/.exec(await readFile(path, 'utf8').catch(() => '')) ?? [];
  return target === undefined ? undefined : resolve(root, target);
}

async function readCheckout(place: GitPlace, job: NodeJS.ProcessEnv): Promise<Checkout | undefined> {
  const [listed, remote] = await Promise.all([
    git(place, job, ['rev-list', '-1', '--format=%cI', 'HEAD', '--']),
    git(place, job, ['config', '--get', 'remote.origin.url']),
  ]);
  const [, commit = '', committedAt = ''] = /^commit (\S+)\n(\S+)\n$/.exec(listed ?? '') ?? [];
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) return undefined;
  return { ...place, commit, committedAt, remote: remote?.trim() || undefined };
}

/**
 * Asks git about the objects of a repository; undefined without git, and when the command fails. These commands read no
 * file of the working tree, so no index, filter, hook or monitor of the repository takes effect. Naming the repository
 * also makes git read one that belongs to another user, as in a job's container.
 *
 * @param job the environment of the job
 */
export function git(
  { root, gitFolder }: GitPlace,
  job: NodeJS.ProcessEnv,
  args: readonly string[],
): Promise<string | undefined> {
  const program = findProgram('git', job);
  if (program === undefined) return Promise.resolve(undefined);
  const named = [`--git-dir=${gitFolder}`, `--work-tree=${root}`, ...args];
  const limits = { cwd: root, env: environmentFor(job, { kind: 'git' }), maxBuffer, timeout: 60_000 };
  return new Promise((answer) => {
    execFile(program, named, limits, (error, stdout) => answer(error === null ? stdout : undefined));
  });
}

const maxBuffer = 256 * 1024 * 1024;
