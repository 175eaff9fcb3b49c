import type { Origin } from '../task-definition/origin.ts';

/** The page of a workflow run; undefined for what does not look like one: tags can be written by others. */
export function runUrl({ run }: Pick<Origin, 'run'>): string | undefined {
  return run !== undefined && parseRun(run) !== undefined ? run : undefined;
}

/** The page of a commit, in the repository whose run registered the revision. */
export function commitUrl({ commit, run }: Pick<Origin, 'commit' | 'run'>): string | undefined {
  const repository = run === undefined ? undefined : parseRun(run);
  return repository === undefined || commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)
    ? undefined
    : `${repository}/commit/${commit}`;
}

/** The repository's page, which everything of it stands below. */
function parseRun(run: string): string | undefined {
  return /^(https:\/\/[\w.-]+(?::\d+)?\/[\w.-]+\/[\w.-]+)\/actions\/runs\/\d+$/.exec(run)?.[1];
}
