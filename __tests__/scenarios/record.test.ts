import { type Github, type GithubOptions, startGithub } from '../../local/github/github.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

const runUrl = 'https://github.com/octo-org/web/actions/runs/1000';
const sha = '0123456789abcdef0123456789abcdef01234567';

interface Ground extends AsyncDisposable {
  readonly world: World;
  readonly github: Github;
  /** Inputs that ask for a record. */
  readonly recorded: Readonly<Record<string, string>>;
}

async function startGround(
  options: WorldOptions = {},
  deployments: NonNullable<GithubOptions['deployments']> = 'write',
): Promise<Ground> {
  const job = { repository: 'octo-org/web', ref: 'refs/heads/main' };
  const github = await startGithub({ job, deployments });
  const world = await startWorld({ speed: 40, ...options, environment: github.environment });
  return {
    world,
    github,
    recorded: {
      environment: 'staging',
      'environment-url': 'https://staging.example.com',
      'github-token': github.token,
    },
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await github.close();
    },
  };
}

const statesOf = ({ deployments }: Github): unknown[] =>
  deployments.all.map(({ statuses }) => statuses.map(({ state }) => state));

it.concurrent('is created, goes on and ends, and ends the one before', async () => {
  await using ground = await startGround();
  const { world, github, recorded } = ground;
  await world.deploy({ image: 'v2', ...recorded });
  expect(github.deployments.all.map(({ request }) => request)).toEqual([
    {
      ref: sha,
      environment: 'staging',
      auto_merge: false,
      required_contexts: [],
      description: 'fargate-deploy',
    },
  ]);
  const details = { log_url: runUrl, environment_url: 'https://staging.example.com', environment: 'staging' };
  expect(github.deployments.all[0]?.statuses).toEqual([
    expect.objectContaining({ state: 'in_progress', ...details }),
    expect.objectContaining({
      state: 'success',
      ...details,
      description: expect.stringMatching(/^web runs web:2/) as unknown,
    }),
  ]);
  await world.deploy({ image: 'v3', ...recorded });
  expect(statesOf(github)).toEqual([
    ['in_progress', 'success', 'inactive'],
    ['in_progress', 'success'],
  ]);
  expect(github.problems).toEqual([]);
});

it.concurrent('is a failure when the deployment is rolled back, and leaves the one before as it is', async () => {
  await using ground = await startGround({
    behaviours: { v3: { exit: { afterSeconds: 1, exitCode: 3, lastLines: [] } } },
  });
  const { world, github, recorded } = ground;
  await world.deploy({ image: 'v2', ...recorded });
  await world.deploy({ image: 'v3', ...recorded });
  expect(statesOf(github)).toEqual([
    ['in_progress', 'success'],
    ['in_progress', 'failure'],
  ]);
});

it.concurrent('is an error when the step is killed; post says so', async () => {
  await using ground = await startGround({ behaviours: { v2: { pullSeconds: 600 } } });
  const { world, github, recorded } = ground;
  const inputs = { image: 'v2', ...recorded };
  const step = world.start(inputs);
  await step.printed(/has begun/);
  step.send('SIGKILL');
  const post = await world.post(inputs, await step.finished);
  expect(post.exitCode).toBe(0);
  expect(statesOf(github)).toEqual([['in_progress', 'error']]);
});

it.concurrent('is not doubled when the job has the environment itself', async () => {
  await using ground = await startGround();
  const { world, github, recorded } = ground;
  github.deployments.ofJob({ environment: 'staging', sha, runUrl });
  const run = await world.deploy({ image: 'v2', ...recorded });
  expect(run.log).toMatch(/the job itself is recorded as a deployment to staging/);
  expect(statesOf(github)).toEqual([['in_progress']]);
});

it.concurrent('is made beside one of another run', async () => {
  await using ground = await startGround();
  const { world, github, recorded } = ground;
  github.deployments.ofJob({ environment: 'staging', sha, runUrl: `${runUrl}1` });
  await world.deploy({ image: 'v2', ...recorded });
  expect(statesOf(github)).toEqual([['in_progress'], ['in_progress', 'success']]);
});

it.concurrent.each(['read', 'none'] as const)(
  'is left out with a notice where the token may %s',
  async (may) => {
    await using ground = await startGround({}, may);
    const { world, recorded } = ground;
    const run = await world.deploy({ image: 'v2', ...recorded });
    expect([run.exitCode, run.outputs.result]).toEqual([0, 'deployed']);
    const notices = run.annotations.filter(({ level }) => level === 'notice').map(({ message }) => message);
    expect(notices.join('\n')).toMatch(/not recorded in GitHub: 403 .*deployments: write/);
  },
);

it.concurrent('is not made for a run that changes nothing', async () => {
  await using ground = await startGround();
  const { world, github, recorded } = ground;
  await world.deploy({ image: 'v1', ...recorded });
  expect(github.requests).toEqual([]);
});

it.concurrent('names the commit that a rollback returns to', async () => {
  await using ground = await startGround();
  const { world, github, recorded } = ground;
  const commit = '2'.repeat(40);
  world.fargate.images.put('web', { tags: [commit] });
  await world.deploy({ image: commit });
  await world.deploy({ image: 'v3' });
  await world.deploy({ operation: 'rollback', ...recorded });
  expect(github.deployments.all.map((one) => one.sha)).toEqual([commit]);
  expect(statesOf(github)).toEqual([['in_progress', 'success']]);
});
