import { execFile } from 'node:child_process';

/**
 * What git answers in a folder; undefined without git, without a repository, and for a command that fails.
 *
 * In a job's container the folder belongs to another user, and git would refuse it: it is declared safe for this one
 * call. Nothing is changed, not even the index, and no program that the repository names is asked for changes.
 */
export function git(folder: string, ...args: readonly string[]): Promise<string | undefined> {
  const always = [
    '-c',
    'safe.directory=*',
    '-c',
    'core.fsmonitor=false',
    '--no-optional-locks',
    '-C',
    folder,
  ];
  return new Promise((resolve) => {
    execFile('git', [...always, ...args], { maxBuffer: 256 * 1024 * 1024 }, (error, stdout) => {
      resolve(error === null ? stdout : undefined);
    });
  });
}
