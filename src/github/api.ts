import type { getOctokit } from '@actions/github';
import { exchange, type Limits, requestOf } from '../exchange/exchange.ts';

/** GitHub's REST API, as far as it is about one repository; its client is loaded by the first call. */
export interface GithubApi {
  readonly repository: { readonly owner: string; readonly repo: string };
  readonly repos: () => Promise<ReturnType<typeof getOctokit>['rest']['repos']>;
}

/** A record is not worth a long wait before a deployment, and a cancelled process has no time for one. */
const limits = { connectMilliseconds: 3_000, totalMilliseconds: 5_000, mostBytes: 8 * 1024 * 1024 };
const cancelledMilliseconds = 1_000;

/**
 * @param options.apiUrl GITHUB_API_URL; of GitHub Enterprise Server `https://HOST/api/v3`
 * @param options.repository `owner/name`
 * @param options.signal the run's. What is asked when it is aborted ends; what is asked afterwards has a second.
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
    repos: async () => {
      const github = await import('@actions/github');
      const { rest } = github.getOctokit(token, {
        baseUrl: apiUrl,
        userAgent: 'fargate-deploy',
        // It would print what an answer says of the API's future, unseen by us.
        request: { fetch: fetchWithin(signal), log: silent },
      });
      return rest.repos;
    },
  };
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** What a call failed with, in words, and whether the job's token may not do it. */
export function explainGithub(error: unknown): { readonly words: string; readonly isDenied: boolean } {
  const { cause, response } = isObject(error) ? error : {};
  // Without an answer octokit has the error of the exchange as its cause.
  if (!isObject(response)) return { words: messageOf(cause ?? error), isDenied: false };
  const { status, data } = response;
  const message = isObject(data) && typeof data.message === 'string' ? data.message : '';
  // 403 without the permission (documented); 404 for a token that does not even see the repository.
  return { words: `${String(status)} ${message}`.trim(), isDenied: status === 403 || status === 404 };
}

function messageOf(error: unknown): string {
  return isObject(error) && typeof error.message === 'string' ? error.message : String(error);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The requests of octokit, sent by our own exchange: its proxies and limits hold for GitHub too. */
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
      // Octokit takes these for answers; a repository that was renamed is none.
      if (status >= 300 && status < 400) throw new Error(`${status} ${reason}`);
      return new Response(status === 204 || status === 205 ? null : Buffer.from(bytes), {
        status,
        headers: answered,
      });
    };
    if (method !== 'GET') return send();
    // Once more for what passes, e.g. a kept connection that GitHub has closed; a write could be done twice.
    const first = await send().catch((error: unknown) => {
      if (signal.aborted) throw error;
      return undefined;
    });
    return first === undefined || (first.status >= 500 && !signal.aborted) ? send() : first;
  };
}
