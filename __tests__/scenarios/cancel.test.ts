import type { RunningStep } from '../../scripts/runner.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

/** Starts up slowly enough that a signal hits a deployment in flight, on a busy machine too. */
const slow = { v2: { pullSeconds: 1200 } };

/** The state after any run that was cut off: one deployment, completed, of the earlier version. */
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

  it.concurrent('before anything was touched has nothing to roll back', async () => {
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
    expect(post.log).toMatch(/taken for this run's. ECS doesn't say who began it/);
    expect(post.log).toMatch(/Rolled back/);
    await isBack(world);
  });

  it.concurrent('before the update was made has nothing to roll back', async () => {
    await using world = await startWorld();
    world.fargate.faults.add({ operation: 'UpdateService', fault: { kind: 'hang' }, times: 'always' });
    const step = world.start({ image: 'v2' });
    await world.called('UpdateService');
    step.send('SIGKILL');
    const run = await step.finished;
    const post = await world.post({ image: 'v2' }, run);
    expect(post.exitCode).toBe(0);
    expect(post.log).toMatch(/was never made; nothing to roll back/);
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
    expect(post).toMatchObject({
      exitCode: 0,
      log: expect.stringMatching(/completed the deployment meanwhile, with 2 of 2 tasks; it stays/),
    });
    expect(await world.settled()).toBe('v2');
  });
});

it.concurrent('post says nothing after a run that came to its end', async () => {
  await using world = await startWorld();
  const run = await world.deploy({ image: 'v2' });
  const post = await world.post({ image: 'v2' }, run);
  expect(post).toMatchObject({ exitCode: 0, printed: '' });
});

it.concurrent('post rides out a throttled first read', async () => {
  await using world = await startWorld({ behaviours: slow });
  const step = world.start({ image: 'v2' });
  await step.printed(/new tasks running/);
  step.send('SIGKILL');
  const killed = await step.finished;
  world.fargate.faults.add({ operation: 'DescribeServices', fault: { kind: 'throttle' }, times: 2 });
  const post = await world.post({ image: 'v2' }, killed);
  expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: post.log, exitCode: 0 });
  expect(await world.settled()).toBe('v1');
});

it.concurrent('a step that was not to wait is not undone by post', async () => {
  await using world = await startWorld({ behaviours: slow });
  const inputs = { image: 'v2', 'wait-for-service-stability': 'false' };
  world.fargate.faults.add({ operation: 'UpdateService', fault: { kind: 'reset-after' } });
  const step = world.start(inputs);
  await step.printed(/looking whether the update was made/);
  step.send('SIGKILL');
  const post = await world.post(inputs, await step.finished);
  expect(post.exitCode).toBe(0);
  expect(world.fargate.calls.of('StopServiceDeployment')).toEqual([]);
  expect(await world.settled()).toBe('v2');
});

it.concurrent('a cancel while health-check-url is asked is a cancel, and on-cancel holds', async () => {
  await using world = await startWorld();
  const step = world.start({
    image: 'v2',
    'health-check-url': 'http://127.0.0.1:1/health',
    'on-cancel': 'leave',
  });
  await step.printed(/health-check-url: /);
  step.send('SIGINT');
  const run = await step.finished;
  expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'cancelled' });
  expect(await world.settled()).toBe('v2');
});

/** A moment of a run, and how it is made to last until the signal comes. */
interface Point {
  readonly name: string;
  readonly world?: WorldOptions;
  /** The same, for a world whose tasks are counted. */
  readonly makeWorld?: () => WorldOptions;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly prepare?: (world: World) => void;
  /** Resolves when the moment has come. */
  readonly reached: (world: World, step: RunningStep) => Promise<void>;
  /** What the service runs when all is over. */
  readonly runs?: 'v1' | 'v2';
}

const fault = (operation: string, kind: 'throttle' | 'hang' | 'reset-after', times = 1) => {
  return (world: World): void => void world.fargate.faults.add({ operation, fault: { kind }, times });
};
/** The first task of v2 takes a minute to fail, so that as long is watched when the others are up. */
function failsOnce(): WorldOptions {
  let started = 0;
  return {
    behave: (tag) =>
      tag === 'v2' && started++ === 0 ? { pullSeconds: 60, exit: { afterSeconds: 1, exitCode: 1 } } : {},
    speed: 5,
  };
}

const points: readonly Point[] = [
  {
    name: 'while the services are looked at',
    prepare: fault('DescribeServices', 'throttle', 3),
    reached: (_, step) => step.printed(/trying again/),
  },
  {
    name: 'while the image is looked up',
    prepare: fault('DescribeRepositories', 'throttle', 3),
    reached: (_, step) => step.printed(/DescribeRepositories.*trying again/),
  },
  {
    name: 'while the revision is being registered',
    prepare: fault('RegisterTaskDefinition', 'throttle', 3),
    reached: (_, step) => step.printed(/RegisterTaskDefinition.*trying again/),
  },
  {
    name: 'between the registering and the update',
    prepare: fault('UpdateService', 'throttle', 3),
    reached: (_, step) => step.printed(/UpdateService.*nothing was done/),
  },
  {
    name: 'during the update call, before anything was done',
    prepare: fault('UpdateService', 'hang'),
    reached: (world) => world.called('UpdateService'),
  },
  {
    name: 'during the update call, after it was done',
    world: { behaviours: slow },
    prepare: fault('UpdateService', 'reset-after'),
    reached: (_, step) => step.printed(/looking whether the update was made/),
  },
  {
    name: 'when the deployment has just begun',
    world: { behaviours: slow },
    reached: (_, step) => step.printed(/has begun/),
  },
  {
    name: 'while new tasks start',
    world: { behaviours: slow },
    reached: (_, step) => step.printed(/new tasks running/),
  },
  {
    name: 'while the rollback is being requested',
    world: { behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1 } } } },
    prepare: fault('StopServiceDeployment', 'throttle', 2),
    reached: (_, step) => step.printed(/StopServiceDeployment.*trying again/),
  },
  {
    name: 'during the rollback by ECS',
    world: { behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1 } } } },
    reached: (_, step) => step.printed(/rollback requested/),
  },
  {
    name: 'during the rollback by an update',
    world: { behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1 } } } },
    prepare: (world) =>
      void world.fargate.faults.add({
        operation: 'StopServiceDeployment',
        fault: { kind: 'denied' },
        times: 'always',
      }),
    reached: (_, step) => step.printed(/rollback requested/),
  },
  {
    name: 'while a version whose tasks had failed is watched after ECS completed it',
    makeWorld: failsOnce,
    reached: (_, step) => step.printed(/watching for/),
  },
  {
    name: 'while the address is asked after the deployment completed',
    inputs: { 'health-check-url': 'http://127.0.0.1:1/health' },
    reached: (_, step) => step.printed(/health-check-url: /),
  },
  {
    name: 'while the address is asked, where on-cancel is leave',
    inputs: { 'health-check-url': 'http://127.0.0.1:1/health', 'on-cancel': 'leave' },
    reached: (_, step) => step.printed(/health-check-url: /),
    runs: 'v2',
  },
];

describe.each(['SIGINT', 'SIGKILL'] as const)('%s and then post leave one healthy version', (signal) => {
  it.concurrent.each(points)(
    '$name',
    async ({ world: options, makeWorld, inputs, prepare, reached, runs = 'v1' }) => {
      await using world = await startWorld(makeWorld?.() ?? options);
      const given = { image: 'v2', ...inputs };
      prepare?.(world);
      const step = world.start(given);
      await reached(world, step);
      step.send(signal);
      const run = await step.finished;
      const post = await world.post(given, run);
      expect({ main: run.log, log: post.log, exitCode: post.exitCode, result: run.outputs.result }).toEqual({
        main: run.log,
        log: post.log,
        exitCode: 0,
        // A killed step says nothing more.
        result: signal === 'SIGINT' ? 'cancelled' : undefined,
      });
      expect(await world.settled()).toBe(runs);
      expect((await world.service()).deployments).toHaveLength(1);
    },
  );
});
