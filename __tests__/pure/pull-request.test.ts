import { pullRequestOf } from '../../src/github/pull-request.ts';

const sha = 'a'.repeat(40);
const event = (from: unknown, to: unknown, number: unknown = 12) =>
  JSON.parse(
    JSON.stringify({ pull_request: { number, head: { sha, repo: from }, base: { repo: to } } }),
  ) as never;

it('reads the number and the newest commit of a pull request of the same repository', () => {
  expect(pullRequestOf('pull_request', event({ id: 1 }, { id: 1 }))).toEqual({
    kind: 'pull-request',
    number: 12,
    headSha: sha,
  });
});

it('knows no commit where the event has none', () => {
  const other = { pull_request: { number: 12, head: { repo: { id: 1 } }, base: { repo: { id: 1 } } } };
  expect(pullRequestOf('pull_request', other)).toMatchObject({ number: 12, headSha: undefined });
});

const fork = 'the pull request comes from a fork';
const nameless = "the run's event names no pull request";

it.each([
  ['push', event({ id: 1 }, { id: 1 }), 'the run was started by push, not by pull_request'],
  [undefined, undefined, 'the run was started by no event of GitHub, not by pull_request'],
  [
    'pull_request_target',
    event({ id: 1 }, { id: 1 }),
    'the event pull_request_target gives write access to pull requests of forks; use pull_request',
  ],
  ['pull_request', event({ id: 2 }, { id: 1 }), fork],
  ['pull_request', event(null, { id: 1 }), fork],
  ['pull_request', event({ id: 1 }, null), nameless],
  ['pull_request', event(null, null), nameless],
  ['pull_request', event({}, {}), nameless],
  ['pull_request', event({ id: '1' }, { id: '1' }), nameless],
  ['pull_request', event({ id: 1 }, { id: 1 }, '12'), nameless],
  ['pull_request', event({ id: 1 }, { id: 1 }, 0), nameless],
  ['pull_request', event({ id: 1 }, { id: 1 }, 1.5), nameless],
  ['pull_request', undefined, nameless],
  ['pull_request', 'x', nameless],
])('takes no pull request from %s with %j', (name, its, why) => {
  expect(pullRequestOf(name, its)).toEqual({ kind: 'none', why });
});
