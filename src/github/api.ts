import { HttpClient } from '@actions/http-client';
import { BearerCredentialHandler } from '@actions/http-client/lib/auth';
import { isJsonObject, type Json, type JsonObject } from '../aws/json.ts';

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

/**
 * The client of `@actions/core`, which is in the bundle already and honours proxies: the whole of octokit would be an
 * eighth of the bundle for four calls.
 *
 * @param apiUrl GITHUB_API_URL; of GitHub Enterprise Server `https://HOST/api/v3`
 */
export function openGithub(options: {
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly token: string;
}): GithubApi {
  const { apiUrl, repository, token } = options;
  const client = new HttpClient('fargate-deploy', [new BearerCredentialHandler(token)], {
    allowRetries: true,
    maxRetries: 1,
    // A record is not worth a long wait before a deployment.
    socketTimeout: 5_000,
  });
  const send = async (method: 'GET' | 'POST', path: string, body?: JsonObject): Promise<Json> => {
    const headers = {
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const text = body === undefined ? null : JSON.stringify(body);
    const response = await client.request(method, `${apiUrl}/repos/${repository}${path}`, text, headers);
    const answer = parse(await response.readBody());
    const status = response.message.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    const message = isJsonObject(answer) && typeof answer.message === 'string' ? answer.message : '';
    throw new GithubError(status, `${status} ${message}`.trim());
  };
  return { get: (path) => send('GET', path), post: (path, body) => send('POST', path, body) };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
