import { problemsOf } from '../../local/github/check.ts';
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
