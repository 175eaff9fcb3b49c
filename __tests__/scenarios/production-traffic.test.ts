import { DescribeServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { startWorld, type World, type WorldOptions } from './world.ts';

const blueGreen = (options: WorldOptions = {}): Promise<World> =>
  startWorld({
    loadBalancer: 'shifting',
    ...options,
    service: { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } },
  });

/** Resolves when the service deployment in flight is at the stage, with that status. */
function reached({ fargate }: World, stage: string, status: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = fargate.ecs.onChange(() => {
      const [service] = fargate.ecs.snapshot().services;
      if (service?.inFlight?.stage !== stage || service.inFlight.status !== status) return;
      stop();
      resolve();
    });
  });
}

/** Somebody else gives each group of the production rule a half of the traffic. */
async function splitTraffic(world: World): Promise<void> {
  const { loadBalancers } = await world.service();
  const { targetGroupArn, advancedConfiguration } = loadBalancers?.[0] ?? {};
  const elb = new ElasticLoadBalancingV2Client({
    endpoint: world.fargate.endpoint,
    region: world.fargate.account.region,
    credentials: { accessKeyId: 'others', secretAccessKey: 'test' },
  });
  const TargetGroups = [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].map(
    (TargetGroupArn) => ({ TargetGroupArn, Weight: 1 }),
  );
  await elb.send(
    new ModifyRuleCommand({
      RuleArn: advancedConfiguration?.productionListenerRule,
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    }),
  );
  elb.destroy();
}

const crashes: WorldOptions = { behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1 } } } };

describe('the weights of the production rule', () => {
  it.concurrent('warn after a deployment that gets a part of the traffic only', async () => {
    await using world = await blueGreen();
    const step = world.start({ image: 'v2' });
    await reached(world, 'CLEAN_UP', 'IN_PROGRESS');
    await splitTraffic(world);
    const { outputs, exitCode } = await step.finished;
    expect({ ...outputs, exitCode }).toMatchObject({
      exitCode: 0,
      result: 'deployed',
      reason: 'completed-without-traffic',
      message: expect.stringContaining('But it gets 50% of the production traffic.'),
    });
  });

  it.concurrent('fail a rollback after which they are wrong, and are shown', async () => {
    await using world = await blueGreen(crashes);
    const step = world.start({ image: 'v2' });
    await reached(world, 'CLEAN_UP', 'ROLLBACK_IN_PROGRESS');
    await splitTraffic(world);
    const { outputs, log } = await step.finished;
    expect(outputs).toMatchObject({ result: 'rollback-failed', reason: 'tasks-failed' });
    expect(log).toContain('but it gets 50% of the production traffic.');
    expect(log).toMatch(/web:1: 2 of 2 tasks running, 50% of production traffic \(PRIMARY, COMPLETED\)/);
  });

  it.concurrent('are said to be unverified where the role may not read them', async () => {
    await using world = await blueGreen(crashes);
    world.fargate.faults.add({ operation: 'DescribeRules', fault: { kind: 'denied' }, times: 'always' });
    const { outputs } = await world.deploy({ image: 'v2' });
    expect(outputs).toMatchObject({
      result: 'rolled-back',
      message: expect.stringContaining(
        "Whether it gets all production traffic isn't verified: elasticloadbalancing:DescribeRules or DescribeListeners is not permitted.",
      ),
    });
  });

  it.concurrent('are those of the record with Service Connect, which shows none of its own', async () => {
    const deploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 } as const;
    const serviceConnectConfiguration = { enabled: true, namespace: 'web' };
    await using world = await startWorld({
      service: { deploymentConfiguration, serviceConnectConfiguration },
    });
    const step = world.start({ image: 'v2' });
    await reached(world, 'CLEAN_UP', 'IN_PROGRESS');
    const [arn = ''] = await world.serviceDeployments(2);
    const described = await world.ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
    );
    const { arn: revision = '', requestedTaskCount = 0 } =
      described.serviceDeployments?.[0]?.targetServiceRevision ?? {};
    world.fargate.ecs.interfere.setServiceDeployment(arn, {
      targetServiceRevision: {
        arn: revision,
        requestedTaskCount,
        runningTaskCount: requestedTaskCount,
        pendingTaskCount: 0,
        requestedProductionTrafficWeight: 80,
      },
    });
    const { outputs, log } = await step.finished;
    // What the record shows at an end is not documented, so that it proves no fault.
    expect(outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(log).toContain(
      "Whether what web runs gets all production traffic isn't verified: ECS's record of the deployment requests 80% of it.",
    );
  });

  it.concurrent('are not read for a rolling update', async () => {
    await using world = await startWorld({ loadBalancer: true });
    const { outputs } = await world.deploy({ image: 'v2' });
    expect(outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(world.fargate.calls.of('DescribeRules')).toEqual([]);
  });
});
