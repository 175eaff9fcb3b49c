import * as fc from 'fast-check';
import { shiftSteps } from '../../local/ecs/model/strategy.ts';
import { liveGroup, newest, reach, stages, steady, weights } from './ecs-strategies-world.ts';
import { alternateGroupArn, createWorld, productionRuleArn, targetGroupArn, text } from './ecs-world.ts';

const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };

describe('the steps of a strategy', () => {
  it.each([
    [{ strategy: 'BLUE_GREEN' }, ['100 0']],
    [{ strategy: 'CANARY' }, ['5 10', '100 0']],
    [{ strategy: 'CANARY', canaryConfiguration: { canaryPercent: 100 } }, ['100 0']],
    [
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 33.3, stepBakeTimeInMinutes: 1 } },
      ['33.3 1', '66.6 1', '99.9 1', '100 0'],
    ],
    [{ strategy: 'LINEAR', linearConfiguration: { stepPercent: 50 } }, ['50 6', '100 0']],
  ])('of %j are %j', (configuration, expected) => {
    expect(shiftSteps(configuration).map(({ percent, bakeMinutes }) => `${percent} ${bakeMinutes}`)).toEqual(
      expected,
    );
  });

  it('rise by the step percent to exactly 100', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 1000 }), (tenths) => {
        const configuration = { strategy: 'LINEAR', linearConfiguration: { stepPercent: tenths / 10 } };
        const percents = shiftSteps(configuration).map(({ percent }) => percent);
        expect(percents.at(-1)).toBe(100);
        percents.forEach((percent, index) =>
          expect(percent).toBeCloseTo(Math.min(100, (tenths * (index + 1)) / 10), 5),
        );
      }),
    );
  });
});

describe('a service that shifts traffic', () => {
  it('takes blue/green through its stages, and the two groups swap with each success', async () => {
    const world = await createWorld();
    await steady(world, blueGreen, { desiredCount: 2 });
    expect([await liveGroup(world), weights(world)]).toEqual(['web', '100/0 100/0']);

    await world.update({ taskDefinition: await world.register('') });
    expect(await stages(world)).toEqual([
      'PRE_SCALE_UP 0/0',
      'SCALE_UP 0/0',
      'POST_SCALE_UP 0/0',
      'TEST_TRAFFIC_SHIFT 100/0',
      'POST_TEST_TRAFFIC_SHIFT 100/0',
      'PRE_PRODUCTION_TRAFFIC_SHIFT 100/0',
      'PRODUCTION_TRAFFIC_SHIFT 100/100',
      'POST_PRODUCTION_TRAFFIC_SHIFT 100/100',
      'BAKE_TIME 100/100',
      'CLEAN_UP 100/100',
    ]);
    expect([await liveGroup(world), weights(world)]).toEqual(['web-2', '0/100 0/100']);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 2/0/2 web:2']);
    expect(await world.rollouts()).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);

    await world.update({ forceNewDeployment: true });
    await stages(world);
    expect([await liveGroup(world), weights(world)]).toEqual(['web', '100/0 100/0']);
  });

  it('keeps both versions at full count until it cleans up', async () => {
    const world = await createWorld();
    await steady(world, blueGreen, { desiredCount: 2 });
    await world.update({ taskDefinition: await world.register('') });
    await reach(world, 'PRE_SCALE_UP');
    expect(await world.deployments()).toEqual([
      'PRIMARY IN_PROGRESS 0/0/0 web:2',
      'ACTIVE COMPLETED 2/0/2 web:1',
    ]);
    await reach(world, 'BAKE_TIME');
    await world.pass(290);
    expect(await world.deployments()).toEqual([
      'PRIMARY IN_PROGRESS 2/0/2 web:2',
      'ACTIVE COMPLETED 2/0/2 web:1',
    ]);
    await reach(world, 'CLEAN_UP');
    await world.pass(60);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 2/0/2 web:2']);
  });

  it.each([
    ['CANARY', { canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 3 } }, [10, 100]],
    ['LINEAR', { linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 3 } }, [40, 80, 100]],
  ])('shifts %s step by step, each with its bake time', async (strategy, members, percents) => {
    const world = await createWorld();
    await steady(world, { strategy, ...members });
    await world.update({ taskDefinition: await world.register('') });
    for (const [index, percent] of percents.entries()) {
      await reach(world, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
      const before = percents[index - 1] ?? 0;
      expect(weights(world)).toBe(`${100 - before}/${before} 0/100`);
      await reach(world, 'PRODUCTION_TRAFFIC_SHIFT');
      expect(weights(world)).toBe(`${100 - percent}/${percent} 0/100`);
      await world.pass(percent === 100 ? 1 : 175);
      expect(await newest(world)).toMatchObject({ lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT' });
    }
    await stages(world);
    expect(weights(world)).toBe('0/100 0/100');
  });

  it.each([
    ['Service Connect', { serviceConnectConfiguration: { enabled: true, namespace: 'web' } }],
    [
      'VPC Lattice',
      {
        vpcLatticeConfigurations: [
          {
            roleArn: 'arn:aws:iam::123456789012:role/lattice',
            targetGroupArn: 'arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-1',
            portName: 'http',
          },
        ],
      },
    ],
  ])('tells the weights of %s', async (_name, changes) => {
    const world = await createWorld();
    await steady(world, blueGreen, { loadBalancers: [], ...changes });
    expect(await newest(world)).toMatchObject({
      targetServiceRevision: { requestedTestTrafficWeight: 100, requestedProductionTrafficWeight: 100 },
    });
  });

  it.each([0, 10])(
    'takes longer over a network load balancer, as read: %i minutes',
    async (networkShiftMinutes) => {
      const world = await createWorld({ networkShiftMinutes });
      const listener = productionRuleArn.replace('listener-rule/app', 'listener/net');
      world.listenerRules.forward(
        listener,
        new Map([
          [targetGroupArn, 1],
          [alternateGroupArn, 0],
        ]),
      );
      const advancedConfiguration = {
        alternateTargetGroupArn: alternateGroupArn,
        productionListenerRule: listener,
        roleArn: 'arn:aws:iam::123456789012:role/infrastructure',
      };
      await steady(world, blueGreen, {
        loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080, advancedConfiguration }],
      });
      await world.update({ taskDefinition: await world.register('') });
      for (const stage of ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']) {
        await reach(world, stage);
        await world.pass(Math.max(1, networkShiftMinutes * 60 - 2));
        expect(await newest(world)).toMatchObject({ lifecycleStage: stage });
        await reach(world, `POST_${stage}`, 10);
      }
    },
  );

  it('tells a headless service no weights', async () => {
    const world = await createWorld();
    await steady(world, blueGreen, { loadBalancers: [] });
    expect(Object.keys((await newest(world))['targetServiceRevision'] ?? {})).not.toContain(
      'requestedProductionTrafficWeight',
    );
  });

  it.each([
    ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRE_PRODUCTION_TRAFFIC_SHIFT 100/0'],
    ['POST_TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT 100/0'],
  ] as const)('shows the stage before production as read: %s', async (preProductionStage, expected) => {
    const world = await createWorld({ preProductionStage });
    await steady(world, blueGreen);
    await world.update({ taskDefinition: await world.register('') });
    const shown = await stages(world);
    expect(shown[shown.indexOf('PRODUCTION_TRAFFIC_SHIFT 100/100') - 1]).toBe(expected);
  });

  it.each([0, 7])('bakes a canary without bake time as read: %i minutes', async (gradualBakeMinutes) => {
    const world = await createWorld({ gradualBakeMinutes });
    const canaryConfiguration = { canaryPercent: 50, canaryBakeTimeInMinutes: 0 };
    await steady(world, { strategy: 'CANARY', canaryConfiguration });
    await world.update({ taskDefinition: await world.register('') });
    await reach(world, 'BAKE_TIME');
    await world.pass(gradualBakeMinutes * 60 + 10);
    expect(await newest(world)).toMatchObject({ lifecycleStage: 'CLEAN_UP' });
  });

  it('rolls back to the live group, and scales both versions while they run', async () => {
    const world = await createWorld();
    await steady(world, blueGreen);
    await world.update({ taskDefinition: await world.register('') });
    await reach(world, 'BAKE_TIME');
    await world.update({ desiredCount: 3 });
    await world.pass(60);
    expect(await world.deployments()).toEqual([
      'PRIMARY IN_PROGRESS 3/0/3 web:2',
      'ACTIVE COMPLETED 3/0/3 web:1',
    ]);
    await world.call('StopServiceDeployment', {
      serviceDeploymentArn: text(await newest(world), 'serviceDeploymentArn'),
    });
    expect(await stages(world)).toEqual([
      'BAKE_TIME 100/100',
      'PRODUCTION_TRAFFIC_SHIFT 100/0',
      'TEST_TRAFFIC_SHIFT 0/0',
      'CLEAN_UP 0/0',
    ]);
    expect(weights(world)).toBe('100/0 100/0');
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 3/0/3 web:1']);
  });
});
