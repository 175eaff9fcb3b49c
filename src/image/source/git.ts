import { execFile } from 'node:child_process';
import { environmentFor } from '../../process/child-environment.ts';
import { findProgram } from '../../process/program.ts';

/** Where git looks: it is named, and never searched for by git itself, which would take a folder that only looks like it. */
export interface GitPlace {
  /** The top folder of the working tree. */
  readonly root: string;
  /** Where its objects are: `.git`, or the folder that a file of this name points to. */
  readonly gitFolder: string;
}

/**
 * What git answers about the objects of a repository; undefined without git, and for a command that fails. The files on
 * disk are not its business: so no index, filter, hook or monitor of the repository counts. A repository that belongs
 * to another user, as in a job's container, is read too, since it is named.
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
  return new Promise((resolve) => {
    execFile(program, named, limits, (error, stdout) => resolve(error === null ? stdout : undefined));
  });
}

const maxBuffer = 256 * 1024 * 1024;
