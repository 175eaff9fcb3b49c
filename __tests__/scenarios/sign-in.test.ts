import { type Github, startGithub } from '../../local/github/github.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

const roleArn = 'arn:aws:iam::123456789012:role/deploy-staging';
const job = { repository: 'octo-org/web', environment: 'staging', ref: 'refs/heads/main' };
const trust = { [roleArn]: { sub: 'repo:octo-org/web:environment:staging', aud: 'sts.amazonaws.com' } };
/** No credentials but what the role gives: an empty text counts as none. */
const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };

interface Ground extends AsyncDisposable {
  readonly world: World;
  readonly github: Github;
}

async function startGround(options: WorldOptions = {}, own = job): Promise<Ground> {
  const github = await startGithub({ job: own });
  const world = await startWorld({ ...options, trust, environment: { ...none, ...github.environment } });
  return {
    world,
    github,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await github.close();
    },
  };
}

it.concurrent('takes a role with the token of the job, for every service of AWS', async () => {
  await using ground = await startGround();
  const { world, github } = ground;
  const run = await world.deploy({ image: 'v2', 'role-to-assume': roleArn });
  expect(run.outputs).toMatchObject({ result: 'deployed' });
  expect(run.log).toMatch(/signed in as arn:aws:iam::123456789012:role\/deploy-staging, until /);
  expect(github.tokens).toEqual(['sts.amazonaws.com']);
  const [assumed] = world.fargate.calls.of('AssumeRoleWithWebIdentity');
  expect(assumed?.input).toMatchObject({ RoleSessionName: 'fargate-deploy-1000-web', DurationSeconds: 3600 });
  for (const operation of ['UpdateService', 'BatchGetImage']) {
    expect(world.fargate.calls.of(operation).at(-1)?.accessKeyId).toMatch(/^ASIA/);
  }
});

it.concurrent('signs in again when the session ends in the middle of a rollout', async () => {
  await using ground = await startGround({ behaviours: { v2: { pullSeconds: 30 } } });
  const { world, github } = ground;
  const step = world.start({ image: 'v2', 'role-to-assume': roleArn, 'wait-for-minutes': '600' });
  await step.printed(/has begun/);
  world.skip(3700);
  const run = await step.finished;
  expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
  expect(run.log).toMatch(/AWS calls the session expired; signing in again/);
  expect(github.tokens.length).toBe(2);
});

it.concurrent('signs in again in post, after a step that was killed', async () => {
  await using ground = await startGround({ behaviours: { v2: { pullSeconds: 600 } } });
  const { world } = ground;
  const inputs = { image: 'v2', 'role-to-assume': roleArn };
  const step = world.start(inputs);
  await step.printed(/has begun/);
  step.send('SIGKILL');
  const run = await step.finished;
  const post = await world.post(inputs, run);
  expect(post.log).toMatch(/runs web:1 again/);
  expect(await world.settled()).toBe('v1');
});

it.concurrent('is refused for another environment, and says what the token said', async () => {
  await using ground = await startGround({}, { ...job, environment: 'test' });
  const run = await ground.world.deploy({ image: 'v2', 'role-to-assume': roleArn });
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'sign-in-failed' });
  expect(run.annotations.at(-1)?.message).toContain('sub is repo:octo-org/web:environment:test');
  expect(ground.world.fargate.calls.of('UpdateService')).toEqual([]);
});

it.concurrent('is refused without the permission to ask for a token', async () => {
  await using world = await startWorld({ environment: none });
  const run = await world.deploy({ image: 'v2', 'role-to-assume': roleArn });
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'sign-in-failed' });
  expect(run.annotations.at(-1)?.message).toContain('id-token: write');
});

it.concurrent('shows no secret of a session or token', async () => {
  await using ground = await startGround();
  const run = await ground.world.deploy({ image: 'v2', 'role-to-assume': roleArn });
  const masks = [...run.printed.matchAll(/^::add-mask::(.*)$/gm)].map(([, mask = '']) => mask);
  expect(masks.length).toBeGreaterThanOrEqual(3);
  const shown = run.printed.replaceAll(/^::add-mask::.*$/gm, '') + run.summary + JSON.stringify(run.outputs);
  for (const mask of masks) expect(shown).not.toContain(mask);
});

it.concurrent.each([
  ['IDPCommunicationError', 'The identity provider could not be reached.'],
  [
    'InvalidIdentityToken',
    "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
  ],
])('waits, and says so, while AWS can not read the keys of GitHub: %s', async (code, message) => {
  await using ground = await startGround();
  ground.world.fargate.faults.add({
    operation: 'AssumeRoleWithWebIdentity',
    fault: { kind: 'error', code, message },
  });
  const run = await ground.world.deploy({ image: 'v2', 'role-to-assume': roleArn });
  expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'deployed' });
  expect(run.log).toMatch(/AWS can't read GitHub's keys at the moment\. Trying again in/);
});

it.concurrent('is refused with the advice that helps against just that', async () => {
  await using ground = await startGround();
  const message =
    'No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com';
  const fault = { kind: 'error', code: 'InvalidIdentityToken', message } as const;
  ground.world.fargate.faults.add({ operation: 'AssumeRoleWithWebIdentity', fault });
  const run = await ground.world.deploy({ image: 'v2', 'role-to-assume': roleArn });
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'sign-in-failed' });
  expect(run.annotations.at(-1)?.message).toMatch(/Create the identity provider .* account 123456789012/);
});
