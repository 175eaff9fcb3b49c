import { exchange, type Limits, requestOf } from '../exchange/exchange.ts';
import { isJsonObject, type Json, type JsonObject } from '../text/json.ts';

/** GitHub's REST API, for one repository. */
export interface GithubApi {
  get(path: string): Promise<Json>;
  post(path: string, body: JsonObject): Promise<Json>;
}

/** An answer of GitHub that is none of what was asked for. */
export class GithubError extends Error {
  readonly status: number | undefined;

  constructor(status: number | undefined, message: string) {
    super(message);
    this.name = 'GithubError';
    this.status = status;
  }
}

/** A record is not worth a long wait before a deployment, and a cancelled process has no time for one. */
const limits = { connectMilliseconds: 3_000, totalMilliseconds: 5_000, mostBytes: 8 * 1024 * 1024 };
const cancelledMilliseconds = 1_000;

/**
 * A small client: the whole of octokit would be an eighth of the bundle for four calls.
 *
 * @param options.apiUrl GITHUB_API_URL; of GitHub Enterprise Server `https://HOST/api/v3`
 * @param options.signal the run's. What is asked when it is aborted ends; what is asked afterwards has a second.
 */
export function openGithub(options: {
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly token: string;
  readonly signal: AbortSignal;
}): GithubApi {
  const { apiUrl, repository, token, signal } = options;
  const limitsNow = (): Limits =>
    signal.aborted ? { ...limits, totalMilliseconds: cancelledMilliseconds } : { ...limits, signal };
  const send = async (method: 'GET' | 'POST', path: string, body?: JsonObject): Promise<Json> => {
    const url = new URL(`${apiUrl}/repos/${repository}${path}`);
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      // GitHub refuses a request without one (documented).
      'user-agent': 'fargate-deploy',
      'x-github-api-version': '2022-11-28',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const { status, body: bytes } = await exchange(requestOf(url, method, headers, text), limitsNow());
    const answer = parse(new TextDecoder().decode(bytes));
    if (status >= 200 && status < 300) return answer;
    const message = isJsonObject(answer) && typeof answer.message === 'string' ? answer.message : '';
    throw new GithubError(status, `${status} ${message}`.trim());
  };
  return {
    // Once more for what passes, e.g. a kept connection that GitHub has closed; a write could be done twice.
    get: (path) =>
      send('GET', path).catch((error: unknown) => {
        if (signal.aborted || (error instanceof GithubError && (error.status ?? 0) < 500)) throw error;
        return send('GET', path);
      }),
    post: (path, body) => send('POST', path, body),
  };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
