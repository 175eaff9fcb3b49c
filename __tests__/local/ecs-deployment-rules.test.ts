import type { Document } from '../../local/server/operation.ts';
import { createWorld, items } from './ecs-world.ts';

const refused = { code: 'InvalidParameterException' };

describe('a deployment configuration', () => {
  it.each<[string, Document, string]>([
    ['a minimum over 100', { minimumHealthyPercent: 101 }, 'InvalidParameterException'],
    ['a maximum under 100', { maximumPercent: 99 }, 'InvalidParameterException'],
    ['an unknown strategy', { strategy: 'SIDEWAYS' }, 'InvalidParameterException'],
    [
      'a threshold over 100 percent',
      {
        deploymentCircuitBreaker: {
          enable: true,
          rollback: true,
          thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 101 },
        },
      },
      'InvalidParameterException',
    ],
    [
      'an unknown threshold',
      {
        deploymentCircuitBreaker: {
          enable: true,
          rollback: true,
          thresholdConfiguration: { type: 'LUCK', value: 3 },
        },
      },
      'InvalidParameterException',
    ],
    [
      'early success without its members',
      { earlySuccessCriteria: { enable: true } },
      'InvalidParameterException',
    ],
    [
      'early success under the minimum',
      {
        minimumHealthyPercent: 50,
        earlySuccessCriteria: {
          enable: true,
          healthyPercent: 49,
          sourceServiceRevisionCleanup: 'DEFERRED',
        },
      },
      'InvalidParameterException',
    ],
    [
      'early success of blue/green',
      {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 0,
        earlySuccessCriteria: {
          enable: true,
          healthyPercent: 100,
          sourceServiceRevisionCleanup: 'DEFERRED',
        },
      },
      'InvalidParameterException',
    ],
    [
      'an unknown cleanup',
      {
        earlySuccessCriteria: { enable: true, healthyPercent: 100, sourceServiceRevisionCleanup: 'NEVER' },
      },
      'InvalidParameterException',
    ],
  ])('is refused with %s', async (_name, deploymentConfiguration, code) => {
    const world = await createWorld();
    await world.create(await world.register(''));
    const second = { serviceName: 'second', deploymentConfiguration };
    await expect(world.create('web', second)).rejects.toMatchObject({ code });
    await expect(world.update({ deploymentConfiguration })).rejects.toMatchObject({ code });
  });

  it.each(['BLUE_GREEN', 'LINEAR', 'CANARY'])(
    'with the strategy %s belongs to the controller ECS',
    async (strategy) => {
      const world = await createWorld();
      const deploymentConfiguration = { strategy, bakeTimeInMinutes: 0 };
      await world.create(await world.register(''), { deploymentConfiguration });
      const deploymentController = { type: 'CODE_DEPLOY' };
      const second = { serviceName: 'second', deploymentConfiguration, deploymentController };
      await expect(world.create('web', second)).rejects.toMatchObject(refused);
    },
  );
});

describe.each(['CODE_DEPLOY', 'EXTERNAL'])('a service of the controller %s', (type) => {
  const start = async () => {
    const world = await createWorld();
    await world.create(await world.register(''), { deploymentController: { type } });
    await world.pass(100);
    return world;
  };

  it('has no rollout state', async () => {
    const world = await start();
    const [deployment = {}] = items(await world.service(), 'deployments');
    expect(Object.keys(deployment).filter((member) => member.startsWith('rollout'))).toEqual([]);
  });

  it.each<Document>([
    { taskDefinition: 'web' },
    { forceNewDeployment: true },
    { platformVersion: '1.4.0' },
    { loadBalancers: [] },
    { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-2'] } } },
  ])('is not updated with %j', async (changes) => {
    const world = await start();
    await expect(world.update(changes)).rejects.toMatchObject(refused);
  });

  it('is scaled, and is updated when the controller ECS takes it over', async () => {
    const world = await start();
    expect((await world.update({ desiredCount: 2 }))['desiredCount']).toBe(2);
    await world.update({ deploymentController: { type: 'ECS' }, taskDefinition: await world.register('') });
    await world.pass(200);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 2/0/2 web:2']);
  });
});
