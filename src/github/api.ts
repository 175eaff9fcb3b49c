import type { getOctokit } from '@actions/github';
import { exchange, type Limits, requestOf } from '../exchange/exchange.ts';

/** GitHub's API for one repository. The first call loads the client. */
export interface GithubApi {
  readonly repository: { readonly owner: string; readonly repo: string };
  readonly client: () => Promise<ReturnType<typeof getOctokit>>;
}

/** Nothing that GitHub keeps for a run is worth a long wait, and a cancelled process has no time for one. */
const limits = { connectMilliseconds: 3_000, totalMilliseconds: 5_000, mostBytes: 8 * 1024 * 1024 };
const cancelledMilliseconds = 1_000;

/**
 * @param options.apiUrl GITHUB_API_URL; on GitHub Enterprise Server `https://HOST/api/v3`
 * @param options.repository `owner/name`
 * @param options.signal the run's. Aborting it ends the open requests; later requests have one second.
 */
export function openGithub(options: {
  readonly apiUrl: string;
  readonly repository: string;
  readonly token: string;
  readonly signal: AbortSignal;
}): GithubApi {
  const { apiUrl, repository, token, signal } = options;
  const [owner = '', repo = ''] = repository.split('/');
  return {
    repository: { owner, repo },
    client: async () => {
      const github = await import('@actions/github');
      return github.getOctokit(token, {
        baseUrl: apiUrl,
        userAgent: 'fargate-deploy',
        // Octokit would print GitHub's deprecation notices past our sanitizer.
        request: { fetch: fetchWithin(signal), log: silent },
      });
    },
  };
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Why a call failed. */
export interface GithubFailure {
  readonly words: string;
  /**
   * `denied`: the token lacks the permission, or can't see the repository; `rate-limit`: GitHub takes no more requests
   * for a while; `gone`: what the call names doesn't exist, or the token can't see it.
   */
  readonly kind: 'denied' | 'rate-limit' | 'gone' | 'other';
}

/** Reads why a call failed from octokit's error. */
export function explainGithub(error: unknown): GithubFailure {
  const { cause, response } = isObject(error) ? error : {};
  // Without an answer, octokit's error has the exchange's as its cause.
  if (!isObject(response) || typeof response.status !== 'number')
    return { words: messageOf(cause ?? error), kind: 'other' };
  const { status, data, headers } = response;
  const message = isObject(data) && typeof data.message === 'string' ? data.message : '';
  return {
    words: `${status} ${message}`.trim(),
    kind: kindOf(status, message, isObject(headers) ? headers : {}),
  };
}

/** GitHub answers 403 for a missing permission, a rate limit and a locked conversation (documented). */
function kindOf(
  status: number,
  message: string,
  headers: Readonly<Record<string, unknown>>,
): GithubFailure['kind'] {
  if (status === 404 || status === 410) return 'gone';
  if (status !== 403 && status !== 429) return 'other';
  const isLimit = status === 429 || headers['x-ratelimit-remaining'] === '0' || 'retry-after' in headers;
  if (isLimit || /rate limit/i.test(message)) return 'rate-limit';
  return /locked/i.test(message) ? 'other' : 'denied';
}

function messageOf(error: unknown): string {
  return isObject(error) && typeof error.message === 'string' ? error.message : String(error);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Sends octokit's requests through our exchange, so that its proxies and limits hold for GitHub too. */
function fetchWithin(signal: AbortSignal) {
  return async (
    address: string,
    {
      method,
      headers,
      body,
    }: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
  ): Promise<Response> => {
    const send = async (): Promise<Response> => {
      const limitsNow: Limits = signal.aborted
        ? { ...limits, totalMilliseconds: cancelledMilliseconds }
        : { ...limits, signal };
      const versioned = { ...headers, 'x-github-api-version': '2022-11-28' };
      const request = requestOf(new URL(address), method, versioned, body);
      const { status, reason, headers: answered, body: bytes } = await exchange(request, limitsNow);
      // Octokit takes a redirect for an answer; that of a renamed repository has no data.
      if (status >= 300 && status < 400) throw new Error(`${status} ${reason}`);
      return new Response(status === 204 || status === 205 ? null : Buffer.from(bytes), {
        status,
        headers: answered,
      });
    };
    if (method !== 'GET') return send();
    // A read is repeated once, e.g. after GitHub closed a kept connection; a repeated write could happen twice.
    const first = await send().catch((error: unknown) => {
      if (signal.aborted) throw error;
      return undefined;
    });
    return first === undefined || (first.status >= 500 && !signal.aborted) ? send() : first;
  };
}
