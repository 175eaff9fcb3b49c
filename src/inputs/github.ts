import type { InputReader } from './reader.ts';

export interface GithubInputs {
  /** Undefined where a workflow passes an empty one. */
  readonly token: string | undefined;
  /** The environment that a deployment is recorded for; undefined: none is. */
  readonly environment: string | undefined;
  readonly environmentUrl: string | undefined;
  /** Whether new revisions get the tags that say where they come from. */
  readonly revisionMarks: boolean;
}

export function readGithubInputs(read: InputReader): GithubInputs {
  return {
    token: read.optional('github-token'),
    environment: read.optional('environment'),
    environmentUrl: read.optional('environment-url'),
    revisionMarks: read.flag('revision-marks', true),
  };
}

export function githubProblems({ token, environment, environmentUrl }: GithubInputs): readonly string[] {
  const problems: string[] = [];
  if (environmentUrl !== undefined && environment === undefined) {
    problems.push('environment-url needs environment: it is shown at the record of a deployment to it');
  }
  if (environmentUrl !== undefined && !/^https?:$/.test(URL.parse(environmentUrl)?.protocol ?? '')) {
    problems.push('environment-url must be an http or https URL');
  }
  // GitHub's own limit for the names of environments (documented).
  if (environment !== undefined && environment.length > 255) {
    problems.push('environment has more than 255 characters');
  }
  if (environment !== undefined && token === undefined) {
    problems.push('environment needs github-token, with the permission deployments: write');
  }
  return problems;
}
