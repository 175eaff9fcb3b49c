import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { portOf } from '../../local/server/server.ts';
import { explainGithub, type GithubFailure, openGithub } from '../../src/github/api.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** GitHub's API below `/api/v3`, as an Enterprise Server has it; each request gets the next answer, the last one stays. */
async function startApi(answers: readonly Answer[], signal = new AbortController().signal) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(request);
    answer?.(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const apiUrl = `http://127.0.0.1:${portOf(server.address())}/api/v3`;
  const api = openGithub({ apiUrl, repository: 'octo-org/web', token: 's3cret', signal });
  return {
    api,
    requests,
    list: async () =>
      (await api.client()).rest.repos.listDeployments({ ...api.repository, environment: 'a b' }),
    create: async () => (await api.client()).rest.repos.createDeployment({ ...api.repository, ref: 'main' }),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
const reset: Answer = (request) => request.socket.destroy();

async function failureOf(work: Promise<unknown>): Promise<ReturnType<typeof explainGithub>> {
  try {
    await work;
  } catch (error) {
    return explainGithub(error);
  }
  throw new Error('It did not fail.');
}

it("asks below the server's address, with the token and the version of the API", async () => {
  await using github = await startApi([json(200, [])]);
  await github.list();
  const [{ url, headers } = { url: '', headers: {} }] = github.requests;
  expect(url).toBe('/api/v3/repos/octo-org/web/deployments?environment=a%20b');
  expect(headers).toMatchObject({
    authorization: 'token s3cret',
    'user-agent': expect.stringMatching(/^fargate-deploy\b/),
    'x-github-api-version': '2022-11-28',
  });
});

it("asks GraphQL beside the server's REST API", async () => {
  await using github = await startApi([json(200, { data: { viewer: { login: 'x' } } })]);
  const { graphql } = await github.api.client();
  expect(await graphql('{ viewer { login } }')).toEqual({ viewer: { login: 'x' } });
  expect(github.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /api/graphql']);
});

it.each<[string, readonly Answer[]]>([
  ['a server error', [json(502, {}), json(200, [])]],
  ['a connection that was closed', [reset, json(200, [])]],
])('reads once more after %s', async (_what, answers) => {
  await using github = await startApi(answers);
  expect((await github.list()).data).toEqual([]);
  expect(github.requests).toHaveLength(2);
});

it.each<[string, Answer, GithubFailure]>([
  ['a server error', json(502, { message: 'Bad Gateway' }), { words: '502 Bad Gateway', kind: 'other' }],
  [
    'a token without the permission',
    json(403, { message: 'Not accessible', documentation_url: 'u' }),
    { words: '403 Not accessible', kind: 'denied' },
  ],
  [
    'the primary rate limit',
    json(403, { message: 'Forbidden' }, { 'x-ratelimit-remaining': '0' }),
    { words: '403 Forbidden', kind: 'rate-limit' },
  ],
  [
    'a secondary rate limit',
    json(403, { message: 'Slow down' }, { 'retry-after': '60' }),
    { words: '403 Slow down', kind: 'rate-limit' },
  ],
  ['too many requests', json(429, {}), { words: '429', kind: 'rate-limit' }],
  [
    'a locked conversation',
    json(403, { message: 'Unable to create comment because issue is locked.' }),
    { words: '403 Unable to create comment because issue is locked.', kind: 'other' },
  ],
  [
    'a repository that the token cannot see',
    json(404, { message: 'Not Found' }),
    { words: '404 Not Found', kind: 'gone' },
  ],
  [
    'a renamed repository',
    json(301, { message: 'Moved' }, { location: '/x' }),
    { words: '301 Moved Permanently', kind: 'other' },
  ],
  ["a proxy's page", (_, response) => response.writeHead(407).end('<html>'), { words: '407', kind: 'other' }],
  ['a closed connection', reset, { words: 'socket hang up', kind: 'other' }],
])('never creates twice: %s', async (_what, answer, failure) => {
  await using github = await startApi([answer]);
  expect(await failureOf(github.create())).toEqual(failure);
  expect(github.requests).toHaveLength(1);
});

it('prints nothing of what GitHub says about its API', async () => {
  const printed: unknown[] = [];
  const { warn } = console;
  console.warn = (text) => printed.push(text);
  await using github = await startApi([
    json(200, [], { deprecation: 'true', link: '<::error::x>; rel="deprecation"' }),
  ]);
  try {
    await github.list();
  } finally {
    console.warn = warn;
  }
  expect(printed).toEqual([]);
});

it('ends with the run that is cancelled', async () => {
  const run = new AbortController();
  await using github = await startApi([() => run.abort()], run.signal);
  expect((await failureOf(github.list())).words).toMatch(/ended because the run was cancelled/);
  // What is asked afterwards has a second.
  expect((await failureOf(github.create())).words).toMatch(/no complete answer from 127.0.0.1 within 1 s/);
});
