import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { portOf } from '../../local/server/server.ts';
import { explainGithub, openGithub } from '../../src/github/api.ts';

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
    list: async () => (await api.repos()).listDeployments({ ...api.repository, environment: 'a b' }),
    create: async () => (await api.repos()).createDeployment({ ...api.repository, ref: 'main' }),
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

it.each<[string, readonly Answer[]]>([
  ['a server error', [json(502, {}), json(200, [])]],
  ['a connection that was closed', [reset, json(200, [])]],
])('reads once more after %s', async (_what, answers) => {
  await using github = await startApi(answers);
  expect((await github.list()).data).toEqual([]);
  expect(github.requests).toHaveLength(2);
});

it.each<[string, Answer, string, boolean]>([
  ['a server error', json(502, { message: 'Bad Gateway' }), '502 Bad Gateway', false],
  [
    'a token that may not',
    json(403, { message: 'Not accessible', documentation_url: 'u' }),
    '403 Not accessible',
    true,
  ],
  ['a repository that is not seen', json(404, { message: 'Not Found' }), '404 Not Found', true],
  [
    'one that was renamed',
    json(301, { message: 'Moved' }, { location: '/x' }),
    '301 Moved Permanently',
    false,
  ],
  ['a page of a proxy', (_, response) => response.writeHead(407).end('<html>'), '407', false],
  ['a closed connection', reset, 'socket hang up', false],
])('never creates twice: %s', async (_what, answer, words, isDenied) => {
  await using github = await startApi([answer]);
  expect(await failureOf(github.create())).toEqual({ words, isDenied });
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
