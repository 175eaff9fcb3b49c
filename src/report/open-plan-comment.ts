import { readFileSync } from 'node:fs';
import type { Aws } from '../aws/clients.ts';
import { type Place, readPlace } from '../aws/place.ts';
import { explainGithub, type GithubFailure, openGithub } from '../github/api.ts';
import { pullRequestOf } from '../github/pull-request.ts';
import { mostBodyCharacters, writeStickyComment } from '../github/sticky-comment.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Log } from '../process/log.ts';
import { originOfRun } from '../task-definition/provenance.ts';
import type { Json } from '../text/json.ts';
import { planComment, targetKey } from './plan-comment.ts';

/** The comment on the pull request that this run checks. */
export interface PlanComment {
  /** Why none is written, as a sentence; undefined: one is. */
  readonly skipped: string | undefined;
  /** Writes or updates it. Never throws: a plan means the same without it. */
  write(result: Parameters<typeof planComment>[0]): Promise<void>;
}

/** The comment that the inputs ask for; undefined without `pull-request-comment`. */
export function openPlanComment({
  inputs,
  variables,
  aws,
  log,
  signal,
}: {
  readonly inputs: Pick<Inputs, 'operation' | 'cluster' | 'services' | 'github'>;
  readonly variables: NodeJS.ProcessEnv;
  readonly aws: Pick<Aws, 'ecs' | 'sts'>;
  readonly log: Pick<Log, 'say' | 'warning'>;
  readonly signal: AbortSignal;
}): PlanComment | undefined {
  const { token, environment, pullRequestComment } = inputs.github;
  if (!pullRequestComment || token === undefined) return undefined;
  const none = (why: string): PlanComment => ({
    skipped: `No comment is written on a pull request: ${why}.`,
    write: () => Promise.resolve(),
  });
  if (inputs.operation !== 'plan') return none(`pull-request-comment is for operation: plan`);
  const pullRequest = pullRequestOf(
    variables['GITHUB_EVENT_NAME'],
    readEvent(variables['GITHUB_EVENT_PATH']),
  );
  if (pullRequest.kind === 'none') return none(pullRequest.why);
  const run = {
    id: Number(variables['GITHUB_RUN_ID']),
    attempt: Number(variables['GITHUB_RUN_ATTEMPT'] ?? 1),
  };
  const { repository, run: runUrl } = originOfRun(variables);
  if (repository === undefined || runUrl === undefined || !Object.values(run).every(Number.isSafeInteger))
    return none("the runner doesn't say which run this is");

  const { number, headSha } = pullRequest;
  const apiUrl = variables['GITHUB_API_URL'] ?? 'https://api.github.com';
  const api = openGithub({ apiUrl, repository, token, signal });
  return {
    skipped: undefined,
    write: async (result) => {
      try {
        const place = await knownPlace(aws);
        const target = { place, cluster: inputs.cluster, services: inputs.services, environment };
        const source = { headSha, runUrl, repositoryUrl: runUrl.replace(/\/actions\/runs\/\d+$/, '') };
        const written = await writeStickyComment(api, {
          pullRequest: number,
          key: targetKey(target),
          run,
          body: planComment(result, { target, source, most: mostBodyCharacters }),
        });
        log.say(`pull request ${number}: ${writtenWords[written]}`);
      } catch (error) {
        const { words, kind } = explainGithub(error);
        log.warning(
          `The plan could not be written on pull request ${number}: ${words.replace(/\.$/, '')}. ${advice[kind]}The result of the plan stands.`,
        );
      }
    },
  };
}

const writtenWords = {
  created: 'commented',
  updated: 'updated the comment',
  newer: 'a newer run has commented already, and its comment stays',
} as const;

const advice: Readonly<Record<GithubFailure['kind'], string>> = {
  denied: 'Give the job the permission `pull-requests: write`. ',
  gone: 'Check that github-token can read this repository, and has the permission `pull-requests: write`. ',
  'rate-limit': 'GitHub takes no more requests from this token for now; the next run writes the comment. ',
  other: '',
};

/** Without the account, two environments whose services have the same names would share a comment. */
async function knownPlace(aws: Pick<Aws, 'ecs' | 'sts'>): Promise<Place> {
  const place = await readPlace(aws);
  if (place.account === undefined) throw new Error('AWS did not say which account this is');
  return place;
}

function readEvent(path: string | undefined): Json | undefined {
  try {
    return JSON.parse(readFileSync(path ?? '', 'utf8')) as Json;
  } catch {
    return undefined;
  }
}
