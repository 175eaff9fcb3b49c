import type { Origin } from '../task-definition/provenance.ts';

/**
 * The page of a workflow run on this GitHub; undefined for any other address. The tags that name runs can be written by
 * anybody with the permission, and a link to elsewhere would be theirs.
 */
export function runUrl({ run }: Pick<Origin, 'run'>, server: string | undefined): string | undefined {
  return repositoryOf(run, server) === undefined ? undefined : run;
}

/** The page of a commit, in the repository whose run registered the revision. */
export function commitUrl(
  { commit, run }: Pick<Origin, 'commit' | 'run'>,
  server: string | undefined,
): string | undefined {
  const repository = repositoryOf(run, server);
  return repository === undefined || commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)
    ? undefined
    : `${repository}/commit/${commit}`;
}

/** The address of the repository whose run this is, when it is one of this GitHub. */
function repositoryOf(run: string | undefined, server: string | undefined): string | undefined {
  if (run === undefined || !server || !run.startsWith(`${server}/`)) return undefined;
  const path = /^([\w.-]+\/[\w.-]+)\/actions\/runs\/\d+$/.exec(run.slice(server.length + 1))?.[1];
  const isPath = path?.split('/').some((part) => part === '.' || part === '..') === false;
  return isPath ? `${server}/${path}` : undefined;
}
