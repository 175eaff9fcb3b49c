import type { InputProblem } from './problem.ts';
import type { InputReader } from './reader.ts';

export interface GithubInputs {
  /** Undefined if a workflow passes an empty one. */
  readonly token: string | undefined;
  /** The environment that a deployment is recorded for; undefined: nothing is recorded. */
  readonly environment: string | undefined;
  readonly environmentUrl: string | undefined;
  /** Whether a plan is written as a comment on its pull request. */
  readonly pullRequestComment: boolean;
  /** Whether new revisions get tags that say where they come from. */
  readonly revisionMarks: boolean;
}

export function readGithubInputs(read: InputReader): GithubInputs {
  return {
    token: read.optional('github-token'),
    environment: read.optional('environment'),
    environmentUrl: read.optional('environment-url'),
    pullRequestComment: read.flag('pull-request-comment', false),
    revisionMarks: read.flag('revision-marks', true),
  };
}

export function githubProblems({
  token,
  environment,
  environmentUrl,
  pullRequestComment,
}: GithubInputs): readonly InputProblem[] {
  const problems: InputProblem[] = [];
  if (environmentUrl !== undefined && environment === undefined) {
    problems.push({
      input: 'environment-url',
      text: 'the input environment is missing. The URL is part of the record of a deployment to that environment.',
    });
  }
  if (environmentUrl !== undefined && !/^https?:$/.test(URL.parse(environmentUrl)?.protocol ?? '')) {
    problems.push({ input: 'environment-url', text: "the value isn't an http or https URL." });
  }
  // GitHub's limit (documented).
  if (environment !== undefined && environment.length > 255) {
    problems.push({ input: 'environment', text: 'the name has more than 255 characters.' });
  }
  if (environment !== undefined && token === undefined) {
    problems.push({
      input: 'github-token',
      text: 'the value is empty, but environment needs a token with the permission deployments: write.',
    });
  }
  if (pullRequestComment && token === undefined) {
    problems.push({
      input: 'github-token',
      text: 'the value is empty, but pull-request-comment needs a token with the permission pull-requests: write.',
    });
  }
  return problems;
}
