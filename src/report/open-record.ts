import type { ServiceOutcome } from '../deployment/outcome.ts';
import { openGithub } from '../github/api.ts';
import {
  type DeploymentRecord,
  deploymentRecord,
  type EndState,
  noRecord,
  type RecordOptions,
} from '../github/record.ts';
import type { GithubInputs } from '../inputs/github.ts';
import { originOfRun } from '../task-definition/provenance.ts';

/** GitHub's record of this run's deployment; without an environment it does nothing. */
export function openRecord({
  inputs: { token, environment, environmentUrl },
  variables,
  signal,
  ...rest
}: Pick<RecordOptions, 'say' | 'notice' | 'save' | 'begun'> & {
  readonly signal: AbortSignal;
  readonly inputs: GithubInputs;
  readonly variables: NodeJS.ProcessEnv;
}): DeploymentRecord {
  const { GITHUB_API_URL: apiUrl = 'https://api.github.com', GITHUB_SHA: sha = '' } = variables;
  const { repository, run: runUrl } = originOfRun(variables);
  if (environment === undefined || token === undefined || repository === undefined || runUrl === undefined)
    return noRecord;
  const api = openGithub({ apiUrl, repository, token, signal });
  return deploymentRecord({ api, environment, environmentUrl, sha, runUrl, ...rest });
}

/** The state that GitHub's record ends with; undefined if the run didn't wait for the end, so that the record stays in progress. */
export function endStateOf(outcomes: readonly Pick<ServiceOutcome, 'result'>[]): EndState | undefined {
  const results = new Set<string>(outcomes.map(({ result }) => result));
  if (['failed', 'rolled-back', 'rollback-failed', 'timed-out'].some((result) => results.has(result))) {
    return 'failure';
  }
  if (results.has('cancelled') || results.has('superseded')) return 'error';
  return results.has('started') || results.has('paused') ? undefined : 'success';
}
