import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { cluster, startWorld, type World } from './world.ts';

/** As a person deletes a revision that tasks still run. */
async function remove(world: World, taskDefinition: string): Promise<void> {
  await world.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  await world.ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [taskDefinition] }));
  const described = await world.describeTaskDefinition(taskDefinition);
  expect(described.taskDefinition?.status).toBe('DELETE_IN_PROGRESS');
}

describe('a revision that is being deleted is deployed by a copy', () => {
  it.concurrent('when the service is deployed again', async () => {
    await using world = await startWorld();
    await remove(world, 'web:1');
    const run = await world.deploy({ 'force-new-deployment': 'true' });
    expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'deployed' });
    expect((await world.service()).taskDefinition).toMatch(/web:2$/);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('when a rollback returns to it', async () => {
    await using world = await startWorld({ behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 3 } } } });
    world.fargate.faults.add({
      operation: 'StopServiceDeployment',
      times: 'always',
      fault: { kind: 'denied' },
    });
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    await remove(world, 'web:1');
    const run = await step.finished;
    expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'rolled-back' });
    expect(run.log).toMatch(/web:1 is DELETE_IN_PROGRESS; registering a copy of it/);
    expect(await world.settled()).toBe('v1');
  });
});

it.concurrent('a service’s ARN names its cluster', async () => {
  await using world = await startWorld();
  const { serviceArn = '' } = await world.service();
  const run = await world.deploy({ service: serviceArn, cluster: 'default', image: 'v2' });
  expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'deployed' });
  const refused = await world.deploy({ service: serviceArn, cluster: 'production', image: 'v3' });
  expect(refused.outputs).toMatchObject({ result: 'failed', reason: 'input-invalid' });
  expect(refused.outputs.message).toMatch(
    /is in the cluster staging \(account 123456789012, region eu-west-1\), but the input cluster is production/,
  );
  expect(await world.settled()).toBe('v2');
});

it.concurrent('a count that autoscaling sets back ends the wait', async () => {
  await using world = await startWorld();
  const step = world.start({ 'desired-count': '0', 'wait-for-minutes': '30' });
  await world.called('UpdateService');
  await world.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', desiredCount: 2 }));
  const run = await step.finished;
  expect(run.outputs).toMatchObject({ result: 'superseded', reason: 'count-changed' });
  expect(run.outputs.message).toMatch(/was set to 0 tasks, and something has set it to 2 since/);
  expect(run.exitCode).toBe(1);
  expect((await world.service()).desiredCount).toBe(2);
});
