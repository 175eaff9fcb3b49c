import { git } from './git.ts';

/** The commit that is checked out. */
export interface Checkout {
  /** The full SHA. */
  readonly commit: string;
  /** When it was made, as ISO 8601 writes it. */
  readonly committedAt: string;
  /** The top folder of the working tree. */
  readonly root: string;
}

/**
 * The commit that is checked out in a folder; undefined without git, without a repository and without a commit.
 * GITHUB_SHA would be another thing: the event's commit, whatever the job has checked out since.
 */
export async function readCheckout(folder: string): Promise<Checkout | undefined> {
  const [log, root] = await Promise.all([
    git(folder, 'log', '-1', '--no-show-signature', '--format=%H %cI', 'HEAD'),
    git(folder, 'rev-parse', '--show-toplevel'),
  ]);
  const [commit = '', committedAt = ''] = (log ?? '').trim().split(' ');
  if (root === undefined || !/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) return undefined;
  return { commit, committedAt, root: root.replace(/\n$/, '') };
}
