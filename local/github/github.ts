import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json, JsonObject } from '../../src/text/json.ts';
import { problemsOf, problemsOfReply } from './check.ts';
import { type Comments, createComments } from './comments.ts';
import { createDeployments, type Deployments } from './deployments.ts';
import { createReleases, type Releases } from './releases.ts';
import { type Answer, bodyOf, findRoute, invalid, notFound, refusal } from './routes.ts';
import { botLogin, type Place } from './shown.ts';
import { answerToken, type JobIdentity } from './token-endpoint.ts';

/** A stand-in for what a job asks of GitHub besides its checkout: its token endpoint, deployments, releases, tags and comments. */
export interface Github {
  /** The variables that a runner gives a job. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the job's `github.token` is. */
  readonly token: string;
  readonly url: string;
  /** The audiences of the requested identity tokens, in their order. */
  readonly tokens: readonly string[];
  readonly deployments: Pick<Deployments, 'all' | 'ofJob'>;
  readonly releases: Pick<Releases, 'all' | 'tags'>;
  readonly comments: Pick<Comments, 'all' | 'add' | 'edit'>;
  /** Requests to the API, e.g. `POST /repos/octo-org/web/deployments`, with what it answered. */
  readonly requests: readonly { readonly what: string; readonly status: number }[];
  /** What was wrong with requests, by GitHub's published description. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

export interface GithubOptions {
  readonly job: JobIdentity;
  /** What the job's token may do with deployments; `write` when not given. */
  readonly deployments?: Access;
  /** What it may do with releases and tags; `write` when not given. */
  readonly contents?: Access;
  /** What it may do with pull requests and their comments; `write` when not given. */
  readonly pullRequests?: Access;
  /** Answers in the API's place, e.g. to fail a request or to act before it; undefined leaves the answer to the API. */
  readonly intercept?: (what: string, github: Pick<Github, 'comments'>) => Answer | undefined;
  /** Whether the repository makes published releases immutable, a setting; yes when not given. */
  readonly immutableReleases?: boolean;
  /** Any free port when not given. */
  readonly port?: number;
}

type Access = 'write' | 'read' | 'none';

/** Starts the stand-in on 127.0.0.1. */
export async function startGithub(options: GithubOptions): Promise<Github> {
  const bearer = 'local-request-token';
  const token = 'local-github-token';
  const tokens: string[] = [];
  const problems: string[] = [];
  const requests: { what: string; status: number }[] = [];
  const place = (): Place => ({ url, repository: options.job.repository });
  const deployments = createDeployments(place);
  const releases = createReleases(place, { immutable: options.immutableReleases ?? true });
  const comments = createComments(place);
  const routes = [...deployments.routes, ...releases.routes, ...comments.routes];

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? '', 'http://localhost');
    if (url.pathname === '/token') {
      const { status, body } = answerToken(request, options.job, bearer);
      if (status === 200) tokens.push(url.searchParams.get('audience') ?? '');
      return { status, body: { ...body } };
    }
    const body = await jsonOf(request);
    const what = `${request.method} ${url.pathname}`;
    const answered = options.intercept?.(what, { comments }) ?? api(request, url, body);
    requests.push({ what, status: answered.status });
    return answered;
  };

  const api = (request: IncomingMessage, url: URL, body: Json | undefined): Answer => {
    if (!/^(token|Bearer) /.test(request.headers.authorization ?? ''))
      return refusal(401, 'Requires authentication');
    if (request.headers.authorization?.split(' ')[1] !== token) return refusal(401, 'Bad credentials');
    // GitHub refuses a request without one (documented).
    if (request.headers['user-agent'] === undefined)
      return refusal(403, 'Request forbidden by administrative rules.');
    // Documented nowhere, but what others rely on: every token may ask who it is.
    if (request.method === 'POST' && url.pathname === '/graphql') return answerViewer(bodyOf(body));
    const found = findRoute(routes, request.method ?? '', url.pathname);
    if (found === undefined || found.repository !== options.job.repository) return notFound;
    const { route, parameters } = found;
    const may = options[route.permission] ?? 'write';
    if (may === 'none' || (may === 'read' && request.method !== 'GET'))
      return refusal(403, 'Resource not accessible by integration');
    const wrong = problemsOf(route.operation, { query: url.searchParams, body });
    problems.push(...wrong.map((problem) => `${request.method} ${url.pathname}: ${problem}`));
    if (wrong.length > 0) return invalid(wrong.join('; '));
    const answered = route.answer({ parameters, query: url.searchParams, body: bodyOf(body) });
    const unlike = problemsOfReply(route.operation, answered.status, answered.body);
    if (unlike.length > 0)
      throw new Error(`${route.operation} is answered unlike GitHub: ${unlike.join('; ')}`);
    return answered;
  };

  const server = createServer((request, response) => {
    answer(request)
      .catch((error: unknown): Answer => ({ status: 500, body: { message: String(error) } }))
      .then(({ status, headers = {}, body }) => {
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(status === 204 ? undefined : JSON.stringify(body));
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    token,
    environment: {
      GITHUB_API_URL: url,
      // With a query already, as GitHub's has one.
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
    },
    tokens,
    deployments,
    releases,
    comments,
    requests,
    problems,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The one query of GraphQL that a job asks: the account of its token. */
function answerViewer({ query }: JsonObject): Answer {
  return typeof query === 'string' && /^\{\s*viewer\s*\{\s*login\s*\}\s*\}$/.test(query.trim())
    ? { status: 200, body: { data: { viewer: { login: botLogin } } } }
    : { status: 200, body: { errors: [{ message: 'the stand-in knows no such query' }] } };
}

async function jsonOf(request: IncomingMessage): Promise<Json | undefined> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : (JSON.parse(text) as Json);
}
