import { execFile } from 'node:child_process';

/**
 * The full SHA of the commit that is checked out in a folder; undefined without git, without a repository and without
 * a commit. GITHUB_SHA would be another thing: the event's commit, whatever the job has checked out since.
 *
 * In a job's container the folder belongs to another user, and git would refuse it: it is declared safe for this one
 * call, which runs no hook and changes nothing.
 */
export function checkedOutCommit(folder: string): Promise<string | undefined> {
  const args = ['-c', 'safe.directory=*', '-C', folder, 'rev-parse', '--verify', 'HEAD^{commit}'];
  return new Promise((resolve) => {
    execFile('git', args, (error, stdout) => {
      const commit = stdout.trim();
      resolve(error === null && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit) ? commit : undefined);
    });
  });
}
