import {
  ContinueServiceDeploymentCommand,
  type DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { cluster, startWorld, type World, type WorldOptions } from './world.ts';

const pauseAt = (...lifecycleStages: string[]) =>
  ({
    targetType: 'PAUSE',
    lifecycleStages,
    timeoutConfiguration: { timeoutInMinutes: 60, action: 'ROLLBACK' },
  }) as NonNullable<DeploymentConfiguration['lifecycleHooks']>[number];

/**
 * A service that shifts traffic. Its hooks and bake time come after its first deployment, which would wait for them too.
 */
async function startShifting(
  changes: DeploymentConfiguration = {},
  options: WorldOptions = {},
): Promise<World> {
  const deploymentConfiguration: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };
  const service = { deploymentConfiguration };
  const world = await startWorld({ loadBalancer: 'shifting', ...options, service });
  await world.ecs.send(
    new UpdateServiceCommand({
      cluster,
      service: 'web',
      deploymentConfiguration: { ...deploymentConfiguration, ...changes },
    }),
  );
  return world;
}

/** How often the step updated a service; once it was for `startShifting`. */
const updates = ({ fargate }: World): number => fargate.calls.of('UpdateService').length - 1;

async function newest(world: World) {
  const [serviceDeploymentArn = ''] = await world.serviceDeployments(2);
  const reply = await world.ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeploymentArn] }),
  );
  return reply.serviceDeployments?.[0] ?? {};
}

/** What `operation: continue` does in another job. */
async function goOn(world: World, hookId: string): Promise<void> {
  const [serviceDeploymentArn = ''] = await world.serviceDeployments(2);
  await world.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId }));
}

describe('wait-until: paused', () => {
  it('ends green at the pause, and leaves the deployment as it is', async () => {
    await using world = await startShifting({ lifecycleHooks: [pauseAt('POST_TEST_TRAFFIC_SHIFT')] });
    const inputs = { image: 'v2', 'wait-until': 'paused' };
    const run = await world.deploy(inputs);
    expect(run.outputs).toMatchObject({
      result: 'paused',
      reason: 'paused',
      'deployment-id': expect.stringMatching(/^ecs-svc\/\d+$/),
      'hook-id': expect.stringMatching(/^ecs-pause-/),
      'hook-expires-at': expect.stringMatching(/^2\d{3}-.*Z$/),
      'hook-timeout-action': 'ROLLBACK',
    });
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain('operation: continue');
    expect((await world.post(inputs, run)).exitCode).toBe(0);
    expect((await newest(world)).status).toBe('IN_PROGRESS');
    await goOn(world, run.outputs['hook-id'] ?? '');
    expect(await world.settled()).toBe('v2');
  });

  it('is refused before the build where no hook pauses, for each such service', async () => {
    await using world = await startShifting({}, { services: ['api'] });
    const { outputs } = await world.deploy({ service: 'web\napi', image: 'v2', 'wait-until': 'paused' });
    expect(outputs).toMatchObject({ result: 'failed', reason: 'input-invalid' });
    expect(outputs['message']).toMatch(/deployments of web never pause[^]*deployments of api never pause/);
    expect(updates(world)).toBe(0);
  });
});

describe('wait-until: traffic-shifted', () => {
  it('ends green before the bake time', async () => {
    await using world = await startShifting({ bakeTimeInMinutes: 600 });
    const inputs = { image: 'v2', 'wait-until': 'traffic-shifted' };
    const run = await world.deploy(inputs);
    expect(run.outputs).toMatchObject({ result: 'traffic-shifted', reason: 'traffic-shifted' });
    expect(run.exitCode).toBe(0);
    await world.post(inputs, run);
    const { status, targetServiceRevision } = await newest(world);
    expect([status, targetServiceRevision?.requestedProductionTrafficWeight]).toEqual(['IN_PROGRESS', 100]);
  });

  it('is refused where no traffic is shifted', async () => {
    await using world = await startWorld({ loadBalancer: true });
    const { outputs } = await world.deploy({ image: 'v2', 'wait-until': 'traffic-shifted' });
    expect(outputs).toMatchObject({ result: 'failed', reason: 'input-invalid' });
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
  });
});
