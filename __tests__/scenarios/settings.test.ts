import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { registerTaskDefinition, updateServiceDocument } from '../../src/aws/document.ts';
import { isJsonObject, type JsonObject } from '../../src/text/json.ts';
import { cluster, startWorld, type World } from './world.ts';

/** What the n-th UpdateService of the world asked for. */
function updateOf(world: World, index: number): object {
  const input: unknown = world.fargate.calls.of('UpdateService')[index]?.input;
  return isJsonObject(input) ? input : {};
}

const breaker = {
  enable: false,
  rollback: false,
  thresholdConfiguration: { type: 'COUNT', value: 3 },
} as const;

/** ECS Exec needs a task role. */
const taskDefinition = { taskRoleArn: 'arn:aws:iam::123456789012:role/task' };

describe('settings of the service', () => {
  it('are set with the deployment, whole, and hold afterwards', async () => {
    await using world = await startWorld({
      taskDefinition,
      service: { deploymentConfiguration: { maximumPercent: 150, deploymentCircuitBreaker: breaker } },
      // Nobody knows whether ECS keeps or resets what an update leaves out.
      readings: { deploymentConfigurationOnUpdate: 'reset' },
    });
    const inputs = {
      image: 'v2',
      'circuit-breaker': 'rollback',
      'enable-execute-command': 'true',
      'propagate-tags': 'SERVICE',
      'platform-version': '1.4.0',
    };
    const run = await world.deploy(inputs);
    expect(run.outputs).toMatchObject({ result: 'deployed' });
    expect(await world.service()).toMatchObject({
      deploymentConfiguration: {
        maximumPercent: 150,
        deploymentCircuitBreaker: { ...breaker, enable: true, rollback: true },
      },
      enableExecuteCommand: true,
      propagateTags: 'SERVICE',
      platformVersion: '1.4.0',
    });
    const again = await world.deploy(inputs);
    expect(again.outputs).toMatchObject({ result: 'unchanged', reason: 'no-change' });
  });

  it('are sent with members that no SDK knows yet, at every depth, and put back with them', async () => {
    await using world = await startWorld({
      unknownMembers: 'keep',
      behaviours: { v2: { exit: { afterSeconds: 2, exitCode: 1 } } },
    });
    const later = { deep: [{ empty: '', none: [] }] };
    const configuration = { maximumPercent: 150, later, deploymentCircuitBreaker: { ...breaker, later } };
    const { serviceArn = '' } = await world.service();
    await updateServiceDocument(world.ecs, {
      cluster,
      service: serviceArn,
      deploymentConfiguration: configuration,
    });
    const run = await world.deploy({ image: 'v2', 'maximum-percent': '300', 'circuit-breaker': 'on' });
    expect(run.outputs).toMatchObject({ result: 'rolled-back' });
    expect(updateOf(world, 1)).toMatchObject({
      deploymentConfiguration: {
        maximumPercent: 300,
        later,
        deploymentCircuitBreaker: { ...breaker, enable: true, later },
      },
    });
    expect(updateOf(world, 2)).toMatchObject({ deploymentConfiguration: configuration });
  });

  it('are taken without a deployment when the version stays', async () => {
    await using world = await startWorld();
    const before = (await world.service()).deployments?.[0]?.id;
    const run = await world.deploy({ 'minimum-healthy-percent': '50', 'enable-ecs-managed-tags': 'true' });
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(run.outputs['message']).toMatch(/has the requested settings/);
    const service = await world.service();
    expect(service.deployments?.map(({ id }) => id)).toEqual([before]);
    expect(service.deploymentConfiguration?.minimumHealthyPercent).toBe(50);
    expect(service.enableECSManagedTags).toBe(true);
  });

  it('begin a deployment where they change what tasks run on', async () => {
    await using world = await startWorld();
    const run = await world.deploy({
      'capacity-provider-strategy': 'capacityProvider=FARGATE_SPOT,weight=1',
    });
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(updateOf(world, 0)).toMatchObject({ forceNewDeployment: true });
    expect((await world.service()).capacityProviderStrategy).toMatchObject([
      { capacityProvider: 'FARGATE_SPOT', weight: 1 },
    ]);
  });

  it.each([
    ["by ECS's rollback", {}],
    ['by an update back', { 'circuit-breaker': 'on' }],
  ])('are put back by an undo: %s', async (_how, breakerInput) => {
    await using world = await startWorld({
      taskDefinition,
      behaviours: { v2: { exit: { afterSeconds: 2, exitCode: 1 } } },
      service: { deploymentConfiguration: { maximumPercent: 150, deploymentCircuitBreaker: breaker } },
    });
    const before = await world.service();
    const run = await world.deploy({
      image: 'v2',
      'maximum-percent': '300',
      'enable-execute-command': 'true',
      'platform-version': '1.4.0',
      ...breakerInput,
    });
    expect(run.outputs).toMatchObject({ result: 'rolled-back' });
    expect(await world.settled()).toBe('v1');
    const after = await world.service();
    for (const member of ['deploymentConfiguration', 'enableExecuteCommand', 'platformVersion'] as const) {
      expect([member, after[member]]).toEqual([member, before[member]]);
    }
  });
});

describe('a service whose revision was deregistered', () => {
  it('takes counts and settings as it is, and is deployed anew by a copy', async () => {
    await using world = await startWorld();
    await world.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    const scaled = await world.deploy({ 'desired-count': '3', 'propagate-tags': 'SERVICE' });
    expect(scaled.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect((await world.service()).taskDefinition).toMatch(/web:1$/);
    const forced = await world.deploy({ 'force-new-deployment': 'true' });
    expect(forced.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect((await world.service()).taskDefinition).toMatch(/web:2$/);
    expect(await world.settled()).toBe('v1');
  });

  it('can not be had as it was, but as a copy, when it is the one that was named', async () => {
    await using world = await startWorld();
    const described = await world.describeTaskDefinition('web:1');
    await registerTaskDefinition(world.ecs, { ...described.taskDefinition, memory: '1024' } as JsonObject);
    await world.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:2' }));
    const run = await world.deploy({ 'task-definition': 'web:2', build: 'false' });
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    const copy = await world.describeTaskDefinition('web:3');
    expect(copy.taskDefinition).toMatchObject({ memory: '1024', status: 'ACTIVE' });
    expect((await world.service()).taskDefinition).toMatch(/web:3$/);
  });
});
