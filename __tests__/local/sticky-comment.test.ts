import { type Github, type GithubOptions, startGithub } from '../../local/github/github.ts';
import { botLogin } from '../../local/github/shown.ts';
import { openGithub } from '../../src/github/api.ts';
import { writeStickyComment } from '../../src/github/sticky-comment.ts';

const pullRequest = 12;
const marker = (key: string, run: string) => `<!-- fargate-deploy:plan ${key} run=${run} -->\n`;

async function startGround(options: Partial<GithubOptions> = {}) {
  const github = await startGithub({
    job: { repository: 'octo-org/web', ref: 'refs/heads/main' },
    ...options,
  });
  const api = openGithub({
    apiUrl: github.url,
    repository: 'octo-org/web',
    token: github.token,
    signal: new AbortController().signal,
  });
  return {
    github,
    write: (body: string, id: number, key = 'web') =>
      writeStickyComment(api, { pullRequest, key, run: { id, attempt: 1 }, body }),
    [Symbol.asyncDispose]: () => github.close(),
  };
}

const shown = ({ comments }: Pick<Github, 'comments'>) =>
  comments.all.map(({ id, login, body }) => [id, login, body]);
const count = ({ requests }: Github, what: RegExp) => requests.filter((one) => what.test(one.what)).length;

it('writes one comment and updates it, one for each key', async () => {
  await using ground = await startGround();
  const { github, write } = ground;
  expect(await write('one', 1)).toBe('created');
  expect(await write('other', 1, 'api')).toBe('created');
  expect(await write('two', 2)).toBe('updated');
  expect(shown(github)).toEqual([
    [9001, botLogin, `${marker('web', '2.1')}two`],
    [9002, botLogin, `${marker('api', '1.1')}other`],
  ]);
  expect(github.problems).toEqual([]);
});

it("finds it behind several pages of other people's comments", async () => {
  await using ground = await startGround();
  const { github, write } = ground;
  for (let index = 0; index < 250; index++)
    github.comments.add({ pullRequest, login: 'octocat', body: `${index}` });
  github.comments.add({ pullRequest, body: `${marker('web', '1.1')}one` });
  expect(await write('two', 2)).toBe('updated');
  expect(count(github, /^GET/)).toBe(3);
  expect(github.comments.all).toHaveLength(251);
});

it('reads the last page when it is full', async () => {
  await using ground = await startGround();
  const { github, write } = ground;
  for (let index = 0; index < 100; index++)
    github.comments.add({ pullRequest, login: 'octocat', body: `${index}` });
  expect(await write('one', 1)).toBe('created');
  expect(github.comments.all).toHaveLength(101);
});

it.each([
  ["another account's", { login: 'mallory', body: `${marker('web', '1.1')}planted` }],
  ["another app's", { login: 'mallory[bot]', body: `${marker('web', '1.1')}planted` }],
  [
    'an account with the name of our app',
    { login: 'github-actions', body: `${marker('web', '1.1')}planted` },
  ],
  ['one that quotes the marker', { body: `> ${marker('web', '1.1')}quoted` }],
  ['one whose marker comes later', { body: `see\n${marker('web', '1.1')}` }],
  ['one without a run', { body: '<!-- fargate-deploy:plan web -->\nx' }],
  ['one whose marker was edited away', { body: 'edited' }],
  ["another pull request's", { body: `${marker('web', '1.1')}x`, pullRequest: 13 }],
])('leaves %s comment alone', async (_whose, comment) => {
  await using ground = await startGround();
  const { github, write } = ground;
  github.comments.add({ pullRequest, ...comment });
  const [before] = shown(github);
  expect(await write('one', 2)).toBe('created');
  expect(shown(github)).toEqual([before, [9002, botLogin, `${marker('web', '2.1')}one`]]);
});

it('overwrites what a maintainer wrote below the marker, also with the line ends of a browser', async () => {
  await using ground = await startGround();
  const { github, write } = ground;
  github.comments.add({ pullRequest, body: `${marker('web', '1.1').replace('\n', '\r\n')}edited` });
  expect(await write('two', 2)).toBe('updated');
  expect(shown(github)).toEqual([[9001, botLogin, `${marker('web', '2.1')}two`]]);
});

it('leaves the comment of a newer run, and that of a later attempt of this run', async () => {
  await using ground = await startGround();
  const { github, write } = ground;
  await write('new', 10);
  expect(await write('old', 9)).toBe('newer');
  github.comments.edit(9001, `${marker('web', '10.2')}again`);
  expect(await write('old', 10)).toBe('newer');
  expect(shown(github)).toEqual([[9001, botLogin, `${marker('web', '10.2')}again`]]);
});

it('writes another when it was deleted after it was found', async () => {
  await using ground = await startGround({
    intercept: (what, { comments }) => {
      if (what.startsWith('PATCH')) comments.edit(9001, undefined);
      return undefined;
    },
  });
  const { github, write } = ground;
  await write('one', 1);
  expect(await write('two', 2)).toBe('created');
  expect(shown(github)).toEqual([[9002, botLogin, `${marker('web', '2.1')}two`]]);
});

describe('two runs that both found none', () => {
  /** Another run's comment appears between our list and our comment. */
  const other = (run: string): Partial<GithubOptions> => {
    let isDone = false;
    return {
      intercept: (what, { comments }) => {
        if (!what.startsWith('POST /repos') || isDone) return undefined;
        isDone = true;
        comments.add({ pullRequest, body: `${marker('web', run)}other` });
        return undefined;
      },
    };
  };

  it.each([
    ['older', '1.1', 'created', [[9002, botLogin, `${marker('web', '5.1')}ours`]]],
    ['newer', '9.1', 'newer', [[9001, botLogin, `${marker('web', '9.1')}other`]]],
    ['same', '5.1', 'created', [[9001, botLogin, `${marker('web', '5.1')}other`]]],
  ])('leave the comment of the newer one: the other is %s', async (_which, run, result, left) => {
    await using ground = await startGround(other(run));
    expect(await ground.write('ours', 5)).toBe(result);
    expect(shown(ground.github)).toEqual(left);
  });

  it('leave the duplicates of a run that was killed in between to the next run', async () => {
    await using ground = await startGround();
    const { github, write } = ground;
    for (const run of ['1.1', '2.1']) github.comments.add({ pullRequest, body: `${marker('web', run)}x` });
    expect(await write('three', 3)).toBe('updated');
    expect(shown(github)).toEqual([[9002, botLogin, `${marker('web', '3.1')}three`]]);
  });
});

it.each([
  ['no list', { status: 200, body: { message: 'x' } }, 'something other than a list'],
  ['a server error', { status: 502, body: { message: 'Bad Gateway' } }, 'Bad Gateway'],
])('writes nothing after %s, which may hide a comment', async (_what, answer, message) => {
  await using ground = await startGround({
    intercept: (what) => (what.startsWith('GET') ? answer : undefined),
  });
  await expect(ground.write('one', 1)).rejects.toThrow(message);
  expect(ground.github.comments.all).toEqual([]);
});

it("writes nothing while it doesn't know whose token it has", async () => {
  await using ground = await startGround({
    intercept: (what) => (what === 'POST /graphql' ? { status: 200, body: { data: {} } } : undefined),
  });
  await expect(ground.write('one', 1)).rejects.toThrow('GitHub did not say whose token this is');
});

it("recognizes its own comment where GitHub leaves out the suffix of an app's name", async () => {
  await using ground = await startGround({
    intercept: (what) =>
      what === 'POST /graphql'
        ? { status: 200, body: { data: { viewer: { login: 'github-actions' } } } }
        : undefined,
  });
  await ground.write('one', 1);
  expect(await ground.write('two', 2)).toBe('updated');
});
