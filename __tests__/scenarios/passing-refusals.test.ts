import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import type { Fault } from '../../local/server/faults.ts';
import { startWorld, type World } from './world.ts';

const crash: Behaviour = { exit: { afterSeconds: 1, exitCode: 3, lastLines: ['no database'] } };

/** How often an operation was called and done by the step. */
function done(world: World, operation: string): number {
  const made = world.fargate.calls.of(operation).filter(({ error }) => error === undefined);
  return made.length - world.callsBefore([operation]);
}

/** Starts a deployment that crashes, has begun, and can only be rolled back by an update. */
async function startWithoutStop(world: World): Promise<ReturnType<World['start']>> {
  const fault: Fault = { kind: 'denied' };
  world.fargate.faults.add({ operation: 'StopServiceDeployment', times: 'always', fault });
  const step = world.start({ image: 'v2' });
  await step.printed(/has begun/);
  return step;
}

describe('a refusal of ECS that passes is waited for', () => {
  it.concurrent.each<[string, Fault]>([
    ['RegisterTaskDefinition', { kind: 'concurrent-registration' }],
    ['RegisterTaskDefinition', { kind: 'new-role' }],
    ['RegisterTaskDefinition', { kind: 'limit-exceeded' }],
    ['UpdateService', { kind: 'new-role' }],
    ['UpdateService', { kind: 'limit-exceeded' }],
  ])('%s: $kind', async (operation, fault) => {
    await using world = await startWorld();
    world.fargate.faults.add({ service: 'ecs', operation, times: 2, fault });
    const run = await world.deploy({ image: 'v2' });
    expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'deployed' });
    expect(run.log).toMatch(new RegExp(`ecs:${operation}: .*This can pass: .*Trying again in [\\d.]+ s`));
    expect(done(world, operation)).toBe(1);
    expect(await world.settled()).toBe('v2');
  });
});

describe('so it is in a rollback', () => {
  it.concurrent('that registers a copy and updates the service back', async () => {
    await using world = await startWorld({ behaviours: { v2: crash } });
    const { faults } = world.fargate;
    const step = await startWithoutStop(world);
    await world.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    faults.add({ operation: 'RegisterTaskDefinition', times: 1, fault: { kind: 'concurrent-registration' } });
    faults.add({ operation: 'UpdateService', after: 1, times: 1, fault: { kind: 'limit-exceeded' } });
    const run = await step.finished;
    expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'rolled-back' });
    expect(run.log).toMatch(/web:1 is INACTIVE; registering a copy of it/);
    expect(done(world, 'RegisterTaskDefinition')).toBe(2);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('that is asked of ECS', async () => {
    await using world = await startWorld({ behaviours: { v2: crash } });
    const fault: Fault = { kind: 'limit-exceeded' };
    world.fargate.faults.add({ operation: 'StopServiceDeployment', times: 1, fault });
    const run = await world.deploy({ image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'rolled-back' });
    expect([done(world, 'StopServiceDeployment'), done(world, 'UpdateService')]).toEqual([1, 1]);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('whose lost answer begins no second deployment', async () => {
    await using world = await startWorld({ behaviours: { v2: crash } });
    const { faults } = world.fargate;
    const step = await startWithoutStop(world);
    faults.add({ operation: 'UpdateService', times: 1, fault: { kind: 'reset-after' } });
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'rolled-back' });
    expect(done(world, 'UpdateService')).toBe(2);
    expect(await world.settled()).toBe('v1');
  });
});

it.concurrent('the commands for a person name no revision that is not ACTIVE', async () => {
  await using world = await startWorld({ behaviours: { v2: crash } });
  const { faults } = world.fargate;
  const step = await startWithoutStop(world);
  await world.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' }));
  faults.add({ operation: 'RegisterTaskDefinition', times: 'always', fault: { kind: 'denied' } });
  const run = await step.finished;
  expect(run.outputs).toMatchObject({ result: 'rollback-failed' });
  expect(run.log).toMatch(/aws ecs register-task-definition --cli-input-json file:\/\/web\.json/);
  expect(run.log).toMatch(/aws ecs update-service .*--task-definition web --force-new-deployment/);
  expect(run.log).not.toMatch(/update-service .*--task-definition web:1/);
});
