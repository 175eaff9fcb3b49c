import type { Document } from '../../local/server/operation.ts';
import { newest, reach, stages, steady, weights } from './ecs-strategies-world.ts';
import { createWorld, item, items, productionRuleArn, text, type World } from './ecs-world.ts';

const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
const canary = {
  strategy: 'CANARY',
  bakeTimeInMinutes: 5,
  canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 10 },
};

async function stop(world: World): Promise<void> {
  const serviceDeploymentArn = text(await newest(world), 'serviceDeploymentArn');
  await world.call('StopServiceDeployment', { serviceDeploymentArn });
}

/** Status and reason of the newest deployment, the rules' weights, and the deployments of the service. */
async function end(world: World): Promise<unknown[]> {
  return [(await world.rollouts())[0], weights(world), await world.deployments()];
}

const rolledBack = (why: string) => [
  `ROLLBACK_SUCCESSFUL: Service deployment rolled back because ${why}`,
  '100/0 100/0',
  ['PRIMARY COMPLETED 1/0/1 web:1'],
];

describe('StopServiceDeployment', () => {
  it.each([
    'PRE_SCALE_UP',
    'SCALE_UP',
    'POST_SCALE_UP',
    'TEST_TRAFFIC_SHIFT',
    'POST_TEST_TRAFFIC_SHIFT',
    'PRE_PRODUCTION_TRAFFIC_SHIFT',
    'PRODUCTION_TRAFFIC_SHIFT',
    'POST_PRODUCTION_TRAFFIC_SHIFT',
    'BAKE_TIME',
  ])('rolls back from %s', async (stage) => {
    const world = await createWorld();
    await steady(world, canary);
    await world.update({ taskDefinition: await world.register('') });
    await reach(world, stage);
    const before = await world.tasks();
    await stop(world);
    await stages(world);
    expect(await end(world)).toEqual(rolledBack('a rollback was requested.'));
    // The earlier version ran all the time: its tasks are the same.
    const after = (await world.tasks()).map(({ taskArn }) => taskArn);
    expect(before.map(({ taskArn }) => taskArn)).toEqual(expect.arrayContaining(after));
    await expect(stop(world)).rejects.toMatchObject({ code: 'ConflictException' });
  });

  it('comes too late in CLEAN_UP: the deployment succeeds', async () => {
    const world = await createWorld();
    await steady(world, blueGreen);
    await world.update({ taskDefinition: await world.register('') });
    await reach(world, 'CLEAN_UP');
    await stop(world);
    await world.pass(2);
    expect((await newest(world))['status']).toBe('ROLLBACK_REQUESTED');
    await stages(world);
    expect(await end(world)).toEqual(['SUCCESSFUL', '0/100 0/100', ['PRIMARY COMPLETED 1/0/1 web:2']]);
  });

  it.each([
    ['played', 'PRODUCTION_TRAFFIC_SHIFT'],
    ['kept', 'BAKE_TIME'],
  ] as const)('shows the stage of the rollback as read: %s', async (stageDuringRollback, shown) => {
    const world = await createWorld({ stageDuringRollback });
    await steady(world, blueGreen);
    await world.update({ taskDefinition: await world.register('') });
    await reach(world, 'BAKE_TIME');
    await stop(world);
    await world.pass(3);
    expect(await newest(world)).toMatchObject({ status: 'ROLLBACK_IN_PROGRESS', lifecycleStage: shown });
  });
});

describe('a deployment that shifts traffic', () => {
  it('is rolled back by an alarm, whatever its stage', async () => {
    const alarms = { alarmNames: ['errors'], enable: true, rollback: true };
    const world = await createWorld();
    await steady(world, { ...canary, alarms });
    await world.update({ taskDefinition: await world.register('') });
    await reach(world, 'PRODUCTION_TRAFFIC_SHIFT');
    world.ecs.interfere.setAlarm('errors', 'ALARM');
    await stages(world);
    expect(await end(world)).toEqual(rolledBack('of one or more active alarms.'));
    expect((await newest(world))['alarms']).toMatchObject({ status: 'TRIGGERED' });
  });

  it('is not rolled back by an alarm in CLEAN_UP', async () => {
    const alarms = { alarmNames: ['errors'], enable: true, rollback: true };
    const world = await createWorld();
    await steady(world, { ...blueGreen, alarms });
    await world.update({ taskDefinition: await world.register('') });
    await reach(world, 'CLEAN_UP');
    world.ecs.interfere.setAlarm('errors', 'ALARM');
    await stages(world);
    expect((await world.rollouts())[0]).toBe('SUCCESSFUL');
  });

  it('is rolled back by the circuit breaker', async () => {
    const deploymentCircuitBreaker = { enable: true, rollback: true };
    const world = await createWorld();
    await steady(world, { ...blueGreen, deploymentCircuitBreaker });
    await world.update({ taskDefinition: await world.register('exit 1') });
    await stages(world);
    expect(await end(world)).toEqual(rolledBack('the circuit breaker threshold was exceeded.'));
    expect(await world.events()).toContainEqual(
      '(service web) (deployment ecs-svc/N) deployment failed: Service deployment rolled back because the circuit breaker threshold was exceeded.',
    );
  });

  it('waits a day in SCALE_UP without a circuit breaker, then is rolled back', async () => {
    const world = await createWorld({}, ({ taskDefinition }) =>
      taskDefinition['revision'] === 1 ? {} : { provisionSeconds: 10 * 24 * 3600 },
    );
    await steady(world, blueGreen);
    await world.update({ taskDefinition: await world.register('') });
    await reach(world, 'SCALE_UP');
    world.clock.advance(23 * 3600);
    expect(await newest(world)).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' });
    world.clock.advance(2 * 3600);
    expect(await end(world)).toEqual(rolledBack('SCALE_UP took longer than 24 hours.'));
  });

  const unknown = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/other/1';
  const other = productionRuleArn.replace('production', 'gone');
  it.each<[string, (world: World) => void, Document, string]>([
    ['whose rule is gone', () => undefined, { productionListenerRule: other }, 'One or more rules not found'],
    [
      'whose rule forwards elsewhere',
      ({ listenerRules }) => listenerRules.forward(productionRuleArn, new Map([[unknown, 1]])),
      {},
      `Production listener rule is forwarding traffic to unexpected target group ${unknown}.`,
    ],
  ])('fails before it starts a task when it is one %s', async (_name, prepare, changes, fault) => {
    const world = await createWorld();
    await steady(world, blueGreen);
    prepare(world);
    const [balancer = {}] = items(await world.service(), 'loadBalancers');
    const advancedConfiguration = { ...item(balancer, 'advancedConfiguration'), ...changes };
    await world.update({
      loadBalancers: [{ ...balancer, advancedConfiguration }],
      forceNewDeployment: true,
    });
    await stages(world);
    expect((await world.rollouts())[0]).toBe(
      `ROLLBACK_SUCCESSFUL: Service deployment rolled back because of invalid networking configuration: ${fault}`,
    );
    expect(await world.tasks('STOPPED')).toEqual([]);
  });

  it('is stopped where its circuit breaker does not roll back', async () => {
    const deploymentCircuitBreaker = { enable: true, rollback: false };
    const world = await createWorld();
    await steady(world, { ...blueGreen, deploymentCircuitBreaker });
    await world.update({ taskDefinition: await world.register('exit 1') });
    await stages(world);
    expect((await world.rollouts())[0]).toBe(
      'STOPPED: Service deployment stopped because the circuit breaker threshold was exceeded.',
    );
    expect(weights(world).split(' ')[0]).toBe('100/0');
    expect((await world.tasks()).length).toBe(1);
  });
});
