import type { IncomingMessage } from 'node:http';
import { sign } from './identity-token.ts';

/** What GitHub's identity token says of a job, as far as trust policies ask for it. */
export interface JobIdentity {
  /** `owner/name` */
  readonly repository: string;
  /** The job's `environment:`, when it has one. */
  readonly environment?: string;
  /** e.g. `refs/heads/main` */
  readonly ref: string;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: object;
}

/**
 * Answers as the endpoint does that a job with `id-token: write` may ask: a token for the audience that is named, good
 * for five minutes.
 */
export function answerToken(request: IncomingMessage, job: JobIdentity, bearer: string): TokenAnswer {
  if (request.headers.authorization !== `Bearer ${bearer}`)
    return { status: 401, body: { message: 'Unauthorized' } };
  const audience = new URL(request.url ?? '', 'http://localhost').searchParams.get('audience');
  const owner = job.repository.split('/')[0] ?? '';
  const now = Math.floor(Date.now() / 1000);
  const value = sign({
    iss: 'https://token.actions.githubusercontent.com',
    sub: subjectOf(job),
    aud: audience ?? `https://github.com/${owner}`,
    repository: job.repository,
    repository_owner: owner,
    ref: job.ref,
    ...(job.environment === undefined ? {} : { environment: job.environment }),
    iat: now,
    nbf: now,
    exp: now + 300,
  });
  return { status: 200, body: { count: value.length, value } };
}

/** Documented: the environment takes the place of the ref. */
function subjectOf({ repository, environment, ref }: JobIdentity): string {
  return `repo:${repository}:${environment === undefined ? `ref:${ref}` : `environment:${environment}`}`;
}
