import { problemsOf, problemsOfReply } from '../../local/github/check.ts';
import { startGithub } from '../../local/github/github.ts';

const create = 'POST /repos/{owner}/{repo}/deployments';
const list = 'GET /repos/{owner}/{repo}/deployments';
const status = 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
const none = new URLSearchParams();

describe('requests are checked by what GitHub publishes', () => {
  it.each([
    [create, { ref: 'main', auto_merge: false, required_contexts: [], payload: { a: 1 }, description: null }],
    [status, { state: 'success', log_url: 'https://x', auto_inactive: false }],
  ])('%s takes %j', (operation, body) => {
    expect(problemsOf(operation, { query: none, body })).toEqual([]);
  });

  it.each<[string, object, string]>([
    [create, { environment: 'staging' }, 'body has no ref'],
    [create, { ref: 1 }, 'body.ref is no string'],
    [create, { ref: 'main', required_contexts: 'all' }, 'body.required_contexts is no array'],
    [create, { ref: 'main', required_contexts: [1] }, 'body.required_contexts[0] is no string'],
    [create, { ref: 'main', autoMerge: false }, 'body.autoMerge is not described'],
    [create, { ref: 'main', payload: 1 }, 'body.payload is none of what it can be'],
    [status, { state: 'done' }, 'body.state is "done", not of its list'],
  ])('%s does not take %j', (operation, body, problem) => {
    expect(problemsOf(operation, { query: none, body: JSON.parse(JSON.stringify(body)) })).toEqual([problem]);
  });

  it('also its parameters', () => {
    const query = new URLSearchParams({ environment: 'staging', branch: 'main' });
    expect(problemsOf(list, { query, body: undefined })).toEqual(['there is no parameter branch']);
  });
});

describe('replies are checked by what GitHub publishes', () => {
  const ref = 'GET /repos/{owner}/{repo}/git/ref/{ref}';
  const whole = {
    ref: 'refs/tags/v1',
    node_id: 'x',
    url: 'https://x/1',
    object: { type: 'commit', sha: '0'.repeat(40), url: 'https://x/2' },
  };

  it.each<[number, object, readonly string[]]>([
    [200, whole, []],
    [204, {}, ['there is no status 204']],
    [200, { ...whole, url: 'x' }, ['body.url is no uri']],
    [200, { ...whole, object: { ...whole.object, sha: '1' } }, ['body.object.sha is too short']],
    [200, { ...whole, id: 1 }, ['body.id is not described']],
    [404, { message: 1 }, ['body.message is no string']],
    [422, { message: 'as everywhere' }, []],
  ])('%d with %j: %j', (code, body, problems) => {
    expect(problemsOfReply(ref, code, JSON.parse(JSON.stringify(body)))).toEqual(problems);
  });

  it('and so are times', () => {
    const created = { created_at: '2026-11-21' };
    expect(problemsOfReply(create, 201, created)).toContain('body.created_at is no date-time');
  });
});

it('answers every operation as GitHub describes it', async () => {
  const github = await startGithub({ job: { repository: 'octo-org/web', ref: 'refs/heads/main' } });
  const ask = async (method: string, path: string, body?: object): Promise<[number, unknown]> => {
    const answer = await fetch(`${github.url}/repos/octo-org/web${path}`, {
      method,
      headers: { authorization: `Bearer ${github.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return [answer.status, answer.status >= 500 ? text : ''];
  };
  const deployment = { ref: 'main', environment: 'staging', required_contexts: [] };
  github.deployments.ofJob({ environment: 'staging', sha: 'main', runUrl: 'https://x' });
  const sha = '1'.repeat(40);
  // One that the stand-in would answer unlike GitHub is a 500 there.
  const answers = [
    await ask('POST', '/deployments', deployment),
    await ask('POST', '/deployments/1002/statuses', { state: 'success', auto_inactive: true }),
    await ask('GET', '/deployments'),
    await ask('GET', '/deployments/1001/statuses'),
    await ask('GET', '/deployments/9/statuses'),
    await ask('POST', '/deployments/9/statuses', { state: 'success' }),
    await ask('POST', '/releases', { tag_name: 'v1.0.0', target_commitish: sha, draft: true }),
    await ask('PATCH', '/releases/301', { draft: false }),
    await ask('PATCH', '/releases/301', { draft: true }),
    await ask('GET', '/releases'),
    await ask('POST', '/git/refs', { ref: 'refs/tags/v1', sha }),
    await ask('GET', '/git/ref/tags/v1'),
    await ask('PATCH', '/git/refs/tags/v1', { sha, force: true }),
    await ask('PATCH', '/git/refs/tags/v2', { sha, force: true }),
    await ask('POST', '/issues/12/comments', { body: 'one' }),
    await ask('GET', '/issues/12/comments'),
    await ask('PATCH', '/issues/comments/9001', { body: 'two' }),
    await ask('DELETE', '/issues/comments/9001'),
    await ask('DELETE', '/issues/comments/9001'),
    await ask('PATCH', '/issues/comments/9001', { body: 'three' }),
    await ask('POST', '/issues/12/comments', { body: 'x'.repeat(65_537) }),
    await ask('POST', '/issues/12/comments', { body: '😀'.repeat(65_536) }),
  ];
  await github.close();
  const statuses = [
    201, 201, 200, 200, 404, 404, 201, 200, 422, 200, 201, 200, 200, 422, 201, 200, 200, 204, 404, 404, 422,
    201,
  ];
  expect(answers).toEqual(statuses.map((code) => [code, '']));
  expect(new Set(github.requests.map(({ what }) => what)).size).toBe(17);
});

it('answers as GitHub does to a wrong token, a missing one and an unknown repository', async () => {
  const github = await startGithub({ job: { repository: 'octo-org/web', ref: 'refs/heads/main' } });
  const ask = async (repository: string, authorization?: string): Promise<number> => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await fetch(`${github.url}/repos/${repository}/deployments`, { headers })).status;
  };
  const statuses = [
    await ask('octo-org/web', `token ${github.token}`),
    await ask('octo-org/web', 'token other'),
    await ask('octo-org/web'),
    await ask('octo-org/other', `Bearer ${github.token}`),
  ];
  await github.close();
  expect(statuses).toEqual([200, 401, 401, 404]);
});

it('refuses a deployment that waits for checks of the commit', async () => {
  const github = await startGithub({ job: { repository: 'octo-org/web', ref: 'refs/heads/main' } });
  const answer = await fetch(`${github.url}/repos/octo-org/web/deployments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${github.token}` },
    body: JSON.stringify({ ref: 'main' }),
  });
  await github.close();
  expect([answer.status, github.problems]).toEqual([409, []]);
});
