import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type GitPlace, git } from './git.ts';

/** A repository with a commit checked out. */
export interface Checkout extends GitPlace {
  /** The full SHA. */
  readonly commit: string;
  /** When it was made, as ISO 8601 writes it. */
  readonly committedAt: string;
  /** The address that it was cloned from, as git keeps it; it may hold credentials. */
  readonly remote: string | undefined;
}

/** Why a path has no commit. */
export type NoCheckout = 'no-repository' | 'no-commit';

/**
 * The checkout that a path lies in: the nearest one, which may be a submodule or another repository inside of the
 * workspace. GITHUB_SHA would be another thing: the event's commit, whatever the job has checked out since.
 *
 * A repository is told by its `.git` alone, which no commit can hold: what a commit brings is never taken for one.
 *
 * @param folder without links
 */
export async function findCheckout(folder: string, job: NodeJS.ProcessEnv): Promise<Checkout | NoCheckout> {
  for (let root = folder; ; root = dirname(root)) {
    const gitFolder = await gitFolderOf(root);
    if (gitFolder !== undefined) return (await readCheckout({ root, gitFolder }, job)) ?? 'no-commit';
    if (dirname(root) === root) return 'no-repository';
  }
}

/** Where the repository of a working tree is, from the `.git` in its top folder; undefined where there is none. */
export async function gitFolderOf(root: string): Promise<string | undefined> {
  const path = join(root, '.git');
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) {
    const head = await stat(join(path, 'HEAD')).catch(() => undefined);
    return head === undefined ? undefined : path;
  }
  // A path takes no more: a submodule's, or that of a worktree.
  if (!found?.isFile() || found.size > 8192) return undefined;
  const [, target] = /^gitdir: (.+?)\r?\n?$/.exec(await readFile(path, 'utf8').catch(() => '')) ?? [];
  return target === undefined ? undefined : resolve(root, target);
}

async function readCheckout(place: GitPlace, job: NodeJS.ProcessEnv): Promise<Checkout | undefined> {
  const [told, remote] = await Promise.all([
    git(place, job, ['rev-list', '-1', '--format=%cI', 'HEAD', '--']),
    git(place, job, ['config', '--get', 'remote.origin.url']),
  ]);
  const [, commit = '', committedAt = ''] = /^commit (\S+)\n(\S+)\n$/.exec(told ?? '') ?? [];
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) return undefined;
  return { ...place, commit, committedAt, remote: remote?.trim() || undefined };
}
