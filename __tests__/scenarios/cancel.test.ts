import type { World } from './world.ts';
import { startWorld } from './world.ts';

/** Starts up slowly enough that a signal hits a deployment in flight. */
const slow = { v2: { pullSeconds: 120 } };

/** What any cut off run has to end in: one deployment, completed, of the version from before. */
async function isBack(world: World): Promise<void> {
  expect(await world.settled()).toBe('v1');
  const { deployments } = await world.service();
  expect(deployments).toHaveLength(1);
}

describe('a cancelled workflow', () => {
  it.concurrent.each(['SIGINT', 'SIGTERM'] as const)(
    '%s in the middle of a rollout requests the rollback, says so, and ends',
    async (signal) => {
      await using world = await startWorld({ behaviours: slow });
      const step = world.start({ image: 'v2' });
      await step.printed(/new tasks running/);
      step.send(signal);
      const run = await step.finished;
      expect({
        log: run.log,
        exitCode: run.exitCode,
        result: run.outputs.result,
        reason: run.outputs.reason,
      }).toEqual({
        log: run.log,
        exitCode: 1,
        result: 'cancelled',
        reason: 'cancelled-run',
      });
      expect(run.log).toMatch(/requesting the rollback now/);
      expect(run.log).toMatch(/rollback requested: ECS stops the deployment and rolls back/);
      const post = await world.post({ image: 'v2' }, run);
      expect(post.exitCode).toBe(0);
      expect(post.log).toMatch(/Rolled back: web runs web:1 again/);
      await isBack(world);
    },
  );

  it.concurrent('before anything was touched has nothing to undo', async () => {
    await using world = await startWorld();
    world.fargate.faults.add({ operation: 'DescribeServices', fault: { kind: 'throttle' }, times: 3 });
    const step = world.start({ image: 'v2' });
    await step.printed(/trying again/);
    step.send('SIGINT');
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'cancelled', reason: 'cancelled' });
    expect(run.exitCode).toBe(1);
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
    const post = await world.post({ image: 'v2' }, run);
    expect(post).toMatchObject({ exitCode: 0, log: '' });
    await isBack(world);
  });

  it.concurrent('leaves the deployment to go on where on-cancel says so', async () => {
    await using world = await startWorld();
    const step = world.start({ image: 'v2', 'on-cancel': 'leave' });
    await step.printed(/has begun/);
    step.send('SIGINT');
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'cancelled', reason: 'cancelled-run' });
    const post = await world.post({ image: 'v2' }, run);
    expect(post).toMatchObject({ exitCode: 0, log: '' });
    expect(await world.settled()).toBe('v2');
  });

  it.concurrent('during a rollback lets post follow it', async () => {
    await using world = await startWorld({ behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1 } } } });
    const step = world.start({ image: 'v2' });
    await step.printed(/rollback requested/);
    step.send('SIGINT');
    const run = await step.finished;
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/tasks of web failed/);
    const post = await world.post({ image: 'v2' }, run);
    expect(post.exitCode).toBe(0);
    await isBack(world);
  });
});

describe('a killed step', () => {
  it.concurrent('is finished by post: the rollback is requested and followed', async () => {
    await using world = await startWorld({ behaviours: slow });
    const step = world.start({ image: 'v2' });
    await step.printed(/new tasks running/);
    step.send('SIGKILL');
    const run = await step.finished;
    const post = await world.post({ image: 'v2' }, run);
    expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: post.log, exitCode: 0 });
    expect(post.log).toMatch(/Rolled back: web runs web:1 again/);
    await isBack(world);
  });

  it.concurrent('in the middle of the update is finished by the identity of the deployment', async () => {
    await using world = await startWorld({ behaviours: slow });
    world.fargate.faults.add({ operation: 'UpdateService', fault: { kind: 'reset-after' } });
    const step = world.start({ image: 'v2' });
    await step.printed(/looking whether the update was made/);
    step.send('SIGKILL');
    const run = await step.finished;
    const post = await world.post({ image: 'v2' }, run);
    expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: post.log, exitCode: 0 });
    expect(post.log).toMatch(/Rolled back/);
    await isBack(world);
  });

  it.concurrent('before the update was made has nothing to undo', async () => {
    await using world = await startWorld();
    world.fargate.faults.add({ operation: 'UpdateService', fault: { kind: 'hang' }, times: 'always' });
    const step = world.start({ image: 'v2' });
    await world.called('UpdateService');
    step.send('SIGKILL');
    const run = await step.finished;
    const post = await world.post({ image: 'v2' }, run);
    expect(post.exitCode).toBe(0);
    expect(post.log).toMatch(/was never made; nothing to undo/);
    await isBack(world);
  });

  it.concurrent('leaves a deployment alone that completed meanwhile', async () => {
    await using world = await startWorld();
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    step.send('SIGKILL');
    const run = await step.finished;
    expect(await world.settled()).toBe('v2');
    const post = await world.post({ image: 'v2' }, run);
    expect(post).toMatchObject({ exitCode: 0, log: expect.stringMatching(/completed meanwhile/) });
    expect(await world.settled()).toBe('v2');
  });
});

it.concurrent('post says nothing after a run that came to its end', async () => {
  await using world = await startWorld();
  const run = await world.deploy({ image: 'v2' });
  const post = await world.post({ image: 'v2' }, run);
  expect(post).toMatchObject({ exitCode: 0, printed: '' });
});
