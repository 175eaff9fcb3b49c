import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { isJsonObject, type JsonObject } from '../../src/text/json.ts';
import { startWorld, type World } from './world.ts';

/** The `deploymentConfiguration` of the n-th UpdateService. */
function sentBy(world: World, index: number): JsonObject | undefined {
  const input: unknown = world.fargate.calls.of('UpdateService')[index]?.input;
  const sent = isJsonObject(input) ? input.deploymentConfiguration : undefined;
  return isJsonObject(sent) ? sent : undefined;
}

describe('the input deployment-configuration', () => {
  it('changes the strategy with a deployment, which that strategy then makes', async () => {
    await using world = await startWorld({ loadBalancer: 'shifting' });
    const run = await world.deploy({
      image: 'v2',
      'deployment-configuration': 'strategy: BLUE_GREEN\nbakeTimeInMinutes: 1',
    });
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(run.log).toContain(
      'strategy BLUE_GREEN: all traffic at once, then 1 min of bake time; at least 1 min',
    );
    const [arn = ''] = await world.serviceDeployments(2);
    const { serviceDeployments } = await world.ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
    );
    expect(serviceDeployments?.[0]?.deploymentConfiguration).toMatchObject({
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 1,
    });
  });

  it('is planned with its least time and what it waits for', async () => {
    await using world = await startWorld({ loadBalancer: 'shifting' });
    const run = await world.deploy({
      operation: 'plan',
      image: 'v2',
      'deployment-configuration': [
        'strategy: CANARY',
        'bakeTimeInMinutes: 3',
        'deploymentCircuitBreaker: {enable: true, rollback: true}',
        'lifecycleHooks: [{targetType: PAUSE, lifecycleStages: [POST_TEST_TRAFFIC_SHIFT]}]',
      ].join('\n'),
    });
    const lines = [
      '~ strategy: ROLLING -> CANARY',
      '~ bakeTimeInMinutes: not set -> 3',
      '~ deploymentCircuitBreaker: off -> on with rollback',
      '~ lifecycleHooks: none -> pause at POST_TEST_TRAFFIC_SHIFT',
      'strategy CANARY: 5 % of the traffic for 10 min, then all of it, then 3 min of bake time; at least 13 min',
      'waits for pause at POST_TEST_TRAFFIC_SHIFT (up to 1440 min, then ROLLBACK)',
    ];
    for (const line of lines) expect(run.log).toContain(line);
    expect(run.summary).toContain('at least 13 min');
    expect(run.summary).toContain('waits for pause at');
  });

  it('alone starts no deployment, is read from a file, and is no change the second time', async () => {
    await using world = await startWorld({ loadBalancer: 'shifting', unknownMembers: 'keep' });
    const before = (await world.service()).deployments?.map(({ id }) => id);
    const file = 'canary.yml';
    writeFileSync(
      join(world.workspace, file),
      'strategy: CANARY\ncanaryConfiguration: {canaryPercent: 12.5}\nlater: {deep: [""]}\n',
    );
    const run = await world.deploy({ 'deployment-configuration': file });
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(run.outputs['message']).toContain('has the requested settings');
    expect((await world.service()).deployments?.map(({ id }) => id)).toEqual(before);
    expect(sentBy(world, 0)).toMatchObject({
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 12.5 },
      later: { deep: [''] },
      maximumPercent: 200,
    });
    const again = await world.deploy({ 'deployment-configuration': file });
    expect(again.outputs).toMatchObject({ result: 'unchanged', reason: 'no-change' });
  });

  it('is refused before anything is changed where the service lacks what the strategy needs', async () => {
    await using world = await startWorld({ loadBalancer: true });
    const run = await world.deploy({
      image: 'v2',
      'deployment-configuration': 'strategy: CANARY\nbakeTimeInMinuts: 5',
    });
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'change-refused' });
    expect(run.log).toContain('CANARY shifts traffic between two target groups, and the load balancer of');
    expect(run.log).toContain('Write bakeTimeInMinutes. [configuration-key]');
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
  });

  it('goes back with a deployment that fails', async () => {
    const behaviours = { v2: { exit: { afterSeconds: 1, exitCode: 1 } } };
    await using world = await startWorld({ loadBalancer: 'shifting', behaviours });
    const { deploymentConfiguration: before } = await world.service();
    const run = await world.deploy({
      image: 'v2',
      'deployment-configuration': '{"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 50}}',
    });
    expect(run.outputs).toMatchObject({ result: 'rolled-back' });
    expect(await world.settled()).toBe('v1');
    expect((await world.service()).deploymentConfiguration).toEqual(before);
    expect(run.log).toContain('strategy from LINEAR to ROLLING');
  });
});
