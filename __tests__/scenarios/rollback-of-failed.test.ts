import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import type { Fault } from '../../local/server/faults.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

const crash: Behaviour = { exit: { afterSeconds: 1, exitCode: 3, lastLines: ['no database'] } };

function refuse(world: World, operation: string, fault: Fault): void {
  world.fargate.faults.add({ service: 'ecs', operation, times: 'always', fault });
}

/** How often an operation was called and done since the world was made. */
function done(world: World, operation: string): number {
  const made = world.fargate.calls.of(operation).filter(({ error }) => error === undefined);
  return made.length - world.callsBefore([operation]);
}

describe('the rollback', () => {
  it.concurrent('by stopping the deployment with a rollback, and is verified by revision and digest', async () => {
    await using world = await startWorld({ behaviours: { v2: crash } });
    const run = await world.deploy({ image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'rolled-back', reason: 'tasks-failed' });
    expect(run.outputs.message).toMatch(/runs web:1 again, 2 of 2 tasks, with the same images as before\.$/);
    expect([done(world, 'StopServiceDeployment'), done(world, 'UpdateService')]).toEqual([1, 1]);
    expect(await world.settled()).toBe('v1');
  });

  const refusals: readonly [string, Fault, RegExp][] = [
    ['denied', { kind: 'denied' }, /not authorized|AccessDenied/],
    [
      'not supported',
      { kind: 'error', code: 'UnsupportedFeatureException', message: 'Not in this region.' },
      /Not in this region/,
    ],
    ['in conflict', { kind: 'error', code: 'ConflictException', message: 'It has ended.' }, /It has ended/],
    [
      'not found',
      { kind: 'error', code: 'ServiceDeploymentNotFoundException', message: 'Nowhere.' },
      /Nowhere/,
    ],
  ];
  it.concurrent.each(refusals)('by an update where StopServiceDeployment is %s', async (_, fault, words) => {
    await using world = await startWorld({ behaviours: { v2: crash } });
    refuse(world, 'StopServiceDeployment', fault);
    const run = await world.deploy({ image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'rolled-back', reason: 'tasks-failed' });
    expect(run.log).toMatch(words);
    expect(run.log).toMatch(/updating the service instead/);
    expect(run.outputs.message).toMatch(/with the same images as before/);
    expect(done(world, 'UpdateService')).toBe(2);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('by a copy of a revision that was deregistered since', async () => {
    await using world = await startWorld({ behaviours: { v2: crash } });
    refuse(world, 'StopServiceDeployment', { kind: 'denied' });
    await world.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    const run = await world.deploy({ image: 'v2' });
    expect(run.log).toMatch(/web:1 is INACTIVE; registering a copy of it/);
    expect(run.outputs.message).toMatch(/Rolled back: web runs web:3 again.*with the same images as before/);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent.each<[string, WorldOptions['service'], string]>([
    ['it was asked to roll back', {}, 'tasks-failed'],
    [
      'its circuit breaker rolls back',
      { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
      'circuit-breaker',
    ],
  ])('by an update where %s and finds nothing to return to', async (_, service, reason) => {
    await using world = await startWorld({
      behaviours: { v2: { neverStarts: { kind: 'cannot-be-pulled', stoppedReason: 'CannotPull: v2' } } },
      ...(service === undefined ? {} : { service }),
    });
    const { deployments } = await world.service();
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    world.fargate.ecs.interfere.setRolloutState(deployments?.[0]?.id ?? '', 'FAILED');
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'rolled-back', reason });
    expect(run.log).toMatch(/rollback failed|ECS found no earlier deployment of web to roll back to/);
    expect(run.log).toMatch(/deployment ecs-svc\/\d+ of web:1 has begun/);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('without the permission to read revisions, unverified', async () => {
    await using world = await startWorld({ behaviours: { v2: crash } });
    refuse(world, 'DescribeServiceRevisions', { kind: 'denied' });
    const run = await world.deploy({ image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'rolled-back', reason: 'tasks-failed' });
    expect(run.outputs.message).toMatch(/runs web:1 again, 2 of 2 tasks\.$/);
    expect(await world.settled()).toBe('v1');
  });
});

describe('a rollback that does not lead back', () => {
  // Old tasks make room for new ones, so that the rollback has to start tasks of the old version.
  const replacing: WorldOptions['service'] = {
    deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
  };

  it.concurrent.each([
    [
      'its own time limit',
      {},
      /^web:2 does not keep running.*The rollback failed: it was not done after 0\.3 minutes/,
    ],
    [
      'its circuit breaker',
      { deploymentCircuitBreaker: { enable: true, rollback: false } },
      /rollback failed/,
    ],
  ])('tells the first cause, its own, what runs and how to mend it: %s', async (_, configuration, why) => {
    let isBroken = false;
    await using world = await startWorld({
      behave: (tag) => (tag === 'v2' || isBroken ? crash : {}),
      service: { deploymentConfiguration: { ...replacing.deploymentConfiguration, ...configuration } },
    });
    const step = world.start({ image: 'v2', 'rollback-wait-minutes': '0.3' });
    await step.printed(/has begun/);
    isBroken = true;
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'rollback-failed' });
    expect(run.outputs.message).toMatch(why);
    expect(run.log).toMatch(
      /Failed tasks of the rollback:\n {2}\d+ x Essential container in task exited \(app: exit code 3\)/,
    );
    expect(run.log).toMatch(/What runs now:\nweb:1: \d of 2 tasks running \(PRIMARY/);
    expect(run.log).toMatch(/aws ecs update-service .*--task-definition web:1/);
    expect(run.summary).toContain('What runs now');
    expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it.concurrent('because the tag of the old version was pushed again', async () => {
    await using world = await startWorld({ behaviours: { v2: crash }, imageByTag: true });
    refuse(world, 'StopServiceDeployment', { kind: 'denied' });
    world.fargate.images.put('web', { tags: ['v1', 'anew'] });
    const run = await world.deploy({ image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'rollback-failed', reason: 'tasks-failed' });
    expect(run.outputs.message).toMatch(
      /the container app runs sha256:\w+, and ran sha256:\w+ before: .*web:v1 was pushed again/,
    );
  });

  it.concurrent('there is none to a first deployment', async () => {
    await using world = await startWorld({ behaviours: { v1: crash, v2: crash }, hasRun: false });
    const run = await world.deploy({ image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'tasks-failed' });
    expect(run.outputs.message).toMatch(/There is no version to go back to/);
    expect(run.log).toMatch(/What runs now:\nweb:2: /);
    expect(run.log).toMatch(/--desired-count 0/);
  });
});

it.concurrent('a deployment that completes before the rollback begins stays', async () => {
  await using world = await startWorld({ behaviours: { v2: { pullSeconds: 40 } } });
  const step = world.start({ image: 'v2' });
  await step.printed(/new tasks running/);
  // The step stands still while ECS goes on, and hears of the cancel before it reads anything more.
  step.send('SIGSTOP');
  expect(await world.settled()).toBe('v2');
  step.send('SIGINT');
  step.send('SIGCONT');
  const run = await step.finished;
  expect(run.outputs).toMatchObject({ result: 'cancelled', reason: 'cancelled-run' });
  expect(run.outputs.message).toMatch(/ECS completed it with 2 of 2 tasks, and it stays/);
  expect(done(world, 'StopServiceDeployment')).toBe(0);
  expect(await world.settled()).toBe('v2');
});

it.concurrent('a rollback that somebody else takes over is not called rolled back', async () => {
  await using world = await startWorld({
    behave: (tag) => (tag === 'v2' ? { exit: { afterSeconds: 1, exitCode: 1 } } : {}),
  });
  world.fargate.faults.add({
    operation: 'StopServiceDeployment',
    fault: { kind: 'denied' },
    times: 'always',
  });
  const step = world.start({ image: 'v2' });
  await step.printed(/rollback requested/);
  // The other one begins before the step looks again, however busy the machine.
  step.send('SIGSTOP');
  const other = await world.deploy({ image: 'v3', 'wait-for-service-stability': 'false' });
  expect(other.outputs.result).toBe('started');
  step.send('SIGCONT');
  const run = await step.finished;
  expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'superseded' });
  expect(await world.settled()).toBe('v3');
});
