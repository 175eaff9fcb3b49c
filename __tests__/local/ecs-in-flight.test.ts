import type { Document } from '../../local/server/operation.ts';
import type { World } from './ecs-world.ts';
import { createWorld, item, items, text } from './ecs-world.ts';

async function steady(service: Document = {}, readings = {}): Promise<World> {
  const world = await createWorld(readings);
  await world.create(
    await world.register('', { taskRoleArn: 'arn:aws:iam::123456789012:role/task' }),
    service,
  );
  await world.pass(100);
  return world;
}

async function newestServiceDeployment(world: World): Promise<string> {
  const answer = await world.call('ListServiceDeployments', { service: 'web' });
  return text(items(answer, 'serviceDeployments')[0] ?? {}, 'serviceDeploymentArn');
}

const stop = async (world: World, stopType = 'ROLLBACK'): Promise<Document> =>
  world.call('StopServiceDeployment', {
    serviceDeploymentArn: await newestServiceDeployment(world),
    stopType,
  });

describe('a deployment in flight', () => {
  it('is superseded by the next one', async () => {
    const world = await steady();
    await world.update({ taskDefinition: await world.register('exit 1') });
    await world.pass(30);
    await world.update({ taskDefinition: await world.register('') });
    await world.pass(2);
    expect(await world.rollouts()).toEqual([
      'IN_PROGRESS',
      'STOPPED: Service deployment was stopped because a new service deployment was started.',
      'SUCCESSFUL',
    ]);
    expect(await world.deployments()).toEqual([
      'PRIMARY IN_PROGRESS 1/1/0 web:3',
      'ACTIVE COMPLETED 1/0/1 web:1',
    ]);
    await world.pass(120);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 1/0/1 web:3']);
  });

  it('can be rolled back by StopServiceDeployment, without circuit breaker', async () => {
    const world = await steady();
    await world.update({ taskDefinition: await world.register('') });
    await world.pass(30);
    await stop(world);
    expect(await world.rollouts()).toEqual(['ROLLBACK_REQUESTED', 'SUCCESSFUL']);
    await stop(world);
    await world.pass(2);
    expect(await world.rollouts()).toEqual([
      'ROLLBACK_IN_PROGRESS: Service deployment rolled back because a rollback was requested.',
      'SUCCESSFUL',
    ]);
    await world.pass(30);
    expect(await world.rollouts()).toEqual([
      'ROLLBACK_SUCCESSFUL: Service deployment rolled back because a rollback was requested.',
      'SUCCESSFUL',
    ]);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 1/0/1 web:1']);
  });

  it('can no longer be stopped when it has ended, and only with ROLLBACK', async () => {
    const world = await steady();
    await expect(stop(world)).rejects.toMatchObject({
      code: 'ConflictException',
      members: { resourceIds: [await newestServiceDeployment(world)] },
    });
    await expect(stop(world, 'ABORT')).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await expect(
      world.call('StopServiceDeployment', {
        serviceDeploymentArn: 'arn:aws:ecs:eu-west-1:1:service-deployment/a/b/c',
      }),
    ).rejects.toMatchObject({ code: 'ServiceDeploymentNotFoundException' });
  });

  it('is rolled back as asked although its circuit breaker, which would not, is faster', async () => {
    const world = await createWorld({ transitionSeconds: 60 });
    const deploymentCircuitBreaker = { enable: true, rollback: false };
    await world.create(await world.register(''), { deploymentConfiguration: { deploymentCircuitBreaker } });
    await world.pass(200);
    await world.update({ taskDefinition: await world.register('exit 1') });
    await world.pass(40);
    await stop(world);
    await world.pass(200);
    expect((await world.rollouts())[0]).toBe(
      'ROLLBACK_SUCCESSFUL: Service deployment rolled back because a rollback was requested.',
    );
  });

  it('has no candidate to roll back to when it is the first', async () => {
    const world = await createWorld();
    await world.create(await world.register(''));
    await world.pass(10);
    await stop(world);
    await world.pass(3);
    expect(await world.rollouts()).toEqual([
      'ROLLBACK_FAILED: No rollback candidate was found to run the rollback.',
    ]);
  });

  it('takes over a new desired count without a new deployment', async () => {
    const world = await steady({ desiredCount: 2 });
    const before = await world.service();
    const after = await world.update({ desiredCount: 4 });
    expect(items(after, 'deployments').map(({ id }) => id)).toEqual(
      items(before, 'deployments').map(({ id }) => id),
    );
    await world.pass(100);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 4/0/4 web:1']);
    await world.update({ desiredCount: 0 });
    await world.pass(30);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 0/0/0 web:1']);
    await world.update({ taskDefinition: await world.register('exit 1') });
    await world.pass(5);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 0/0/0 web:2']);
    expect(await world.rollouts()).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
  });

  it.each<{ name: string; changes: Document; isNew: boolean }>([
    { name: 'the same task definition', changes: { taskDefinition: 'web:1' }, isNew: false },
    { name: 'the percents', changes: { deploymentConfiguration: { maximumPercent: 150 } }, isNew: false },
    { name: 'the grace period', changes: { healthCheckGracePeriodSeconds: 60 }, isNew: false },
    { name: 'execute command', changes: { enableExecuteCommand: true }, isNew: false },
    { name: 'force', changes: { forceNewDeployment: true }, isNew: true },
    { name: 'the platform version', changes: { platformVersion: '1.4.0' }, isNew: true },
    {
      name: 'the same network',
      changes: { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } },
      isNew: false,
    },
    {
      name: 'another network',
      changes: { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-2'] } } },
      isNew: true,
    },
  ])('begins or not by what is updated: $name ($isNew)', async ({ changes, isNew }) => {
    const world = await steady();
    const before = await world.service();
    const after = await world.update(changes);
    const idOf = (one: Document): string => text(items(one, 'deployments')[0] ?? {}, 'id');
    expect(idOf(after) !== idOf(before)).toBe(isNew);
  });

  it.each([
    { reading: 'kept' as const, percents: [50, 150] },
    { reading: 'reset' as const, percents: [100, 150] },
  ])('keeps or resets omitted percents, as read: $reading', async ({ reading, percents }) => {
    const world = await steady(
      { deploymentConfiguration: { minimumHealthyPercent: 50 } },
      { deploymentConfigurationOnUpdate: reading },
    );
    const after = await world.update({ deploymentConfiguration: { maximumPercent: 150 } });
    const { minimumHealthyPercent, maximumPercent } = item(after, 'deploymentConfiguration');
    expect([minimumHealthyPercent, maximumPercent]).toEqual(percents);
  });

  it('bakes with alarms, and is rolled back by one', async () => {
    const deploymentConfiguration = { alarms: { alarmNames: ['errors'], enable: true, rollback: true } };
    const world = await steady({ deploymentConfiguration });
    expect(await world.rollouts()).toEqual(['IN_PROGRESS']);
    await world.pass(200);
    expect(await world.rollouts()).toEqual(['SUCCESSFUL']);
    await world.update({ taskDefinition: await world.register('') });
    await world.pass(100);
    expect(await world.deployments()).toEqual(['PRIMARY IN_PROGRESS 1/0/1 web:2']);
    world.ecs.interfere.setAlarm('errors', 'ALARM');
    await world.pass(300);
    expect(await world.rollouts()).toEqual([
      'ROLLBACK_SUCCESSFUL: Service deployment rolled back because of one or more active alarms.',
      'SUCCESSFUL',
    ]);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 1/0/1 web:1']);
  });

  it('stands still where neither percent lets anything move', async () => {
    const world = await steady({
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 },
    });
    await world.update({ taskDefinition: await world.register('') });
    await world.pass(600);
    expect(await world.deployments()).toEqual([
      'PRIMARY IN_PROGRESS 1/0/0 web:2',
      'ACTIVE COMPLETED 1/0/1 web:1',
    ]);
    expect((await world.events()).slice(3)).toEqual([
      '(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
        'Update the minimumHealthyPercent or maximumPercent value and try again.',
    ]);
  });

  it('can be shown in states that nobody knows', async () => {
    const world = await steady();
    const id = text(items(await world.service(), 'deployments')[0] ?? {}, 'id');
    world.ecs.interfere.setRolloutState(id, undefined);
    world.ecs.interfere.setServiceDeployment(await newestServiceDeployment(world), { status: 'NEW_STATE' });
    expect(await world.deployments()).toEqual(['PRIMARY  1/0/1 web:1']);
    expect(await world.rollouts()).toEqual(['NEW_STATE']);
  });

  it('replaces a task that Spot takes away, without counting it', async () => {
    const world = await steady();
    const [task = {}] = await world.tasks();
    world.ecs.interfere.endTask(text(task, 'taskArn'), {
      stopCode: 'SpotInterruption',
      stoppedReason: 'Your Spot Task was interrupted.',
    });
    await world.pass(100);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 1/0/1 web:1']);
    expect((await world.tasks('STOPPED')).map(({ stopCode }) => stopCode)).toEqual(['SpotInterruption']);
  });

  it.each([
    { resetOnHealthyTask: true, status: 'IN_PROGRESS' },
    { resetOnHealthyTask: false, status: 'ROLLBACK_FAILED' },
  ])(
    'forgets failures when a task becomes healthy: $resetOnHealthyTask',
    async ({ resetOnHealthyTask, status }) => {
      // The second task fails first, then the first becomes healthy, then the third fails: two failures in all.
      const healths = [
        { status: 'HEALTHY', afterSeconds: 30 },
        { status: 'UNHEALTHY', afterSeconds: 20 },
        { status: 'UNHEALTHY', afterSeconds: 40 },
      ] as const;
      let started = 0;
      const world = await createWorld({}, () => {
        const health = healths[started++];
        return health === undefined ? { provisionSeconds: 999 } : { health };
      });
      const thresholdConfiguration = { type: 'COUNT', value: 2 };
      const deploymentCircuitBreaker = {
        enable: true,
        rollback: true,
        resetOnHealthyTask,
        thresholdConfiguration,
      };
      const healthCheck = { command: ['CMD', 'check'] };
      await world.create(await world.register('', {}, { healthCheck }), {
        desiredCount: 3,
        deploymentConfiguration: { deploymentCircuitBreaker, maximumPercent: 100 },
      });
      await world.pass(100);
      expect((await world.rollouts())[0]?.split(':')[0]).toBe(status);
    },
  );

  it('fails its rollback when the older version no longer starts', async () => {
    let started = 0;
    const world = await createWorld({}, () =>
      started++ === 0
        ? {}
        : { neverStarts: { kind: 'cannot-be-pulled', stoppedReason: 'CannotPullContainerError' } },
    );
    const deploymentCircuitBreaker = { enable: true, rollback: true };
    await world.create(await world.register(''), {
      deploymentConfiguration: { deploymentCircuitBreaker, minimumHealthyPercent: 0, maximumPercent: 100 },
    });
    await world.pass(100);
    await world.update({ taskDefinition: await world.register('') });
    await world.pass(400);
    expect((await world.rollouts())[0]).toMatch(/^ROLLBACK_FAILED: /);
    expect(await world.deployments()).toEqual(['PRIMARY FAILED 0/0/0 web:1']);
  });

  it('fails its rollback when it is superseded', async () => {
    const deploymentCircuitBreaker = { enable: true, rollback: true };
    const world = await createWorld();
    await world.create(await world.register('exit 1 after 200s'), {
      deploymentConfiguration: { deploymentCircuitBreaker, minimumHealthyPercent: 0, maximumPercent: 100 },
    });
    await world.pass(100);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 1/0/1 web:1']);
    await world.update({ taskDefinition: await world.register('cannot pull') });
    await world.pass(80);
    expect((await world.rollouts())[0]).toMatch(/^ROLLBACK_IN_PROGRESS: /);
    await world.update({ forceNewDeployment: true });
    await world.pass(2);
    expect((await world.rollouts()).slice(1)).toEqual([
      'ROLLBACK_FAILED: Service deployment rollback was stopped because a new service deployment was started.',
      'SUCCESSFUL',
    ]);
  });

  it.each([
    { reading: 'at-once' as const, during: 'web:1' },
    { reading: 'when-complete' as const, during: 'web:2' },
  ])('shows the old task definition as read: $reading', async ({ reading, during }) => {
    const world = await steady({ desiredCount: 1 }, { taskDefinitionAfterRollback: reading });
    await world.update({ taskDefinition: await world.register('') });
    await world.pass(30);
    await stop(world);
    await world.pass(2);
    const shown = async (): Promise<string | undefined> =>
      text(await world.service(), 'taskDefinition').split('/')[1];
    expect(await shown()).toBe(during);
    await world.pass(30);
    expect(await shown()).toBe('web:1');
  });
});
