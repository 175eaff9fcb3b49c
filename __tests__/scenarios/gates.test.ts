import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ContinueServiceDeploymentCommand,
  type DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { objectIn } from '../../src/text/json.ts';
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

    const other = await world.deploy({ image: 'v3', 'if-in-flight': 'fail' });
    expect(other.outputs).toMatchObject({ result: 'failed', reason: 'deployment-in-flight' });
    expect(other.log).toMatch(
      /in flight: ecs-svc\/\d+ of web:2 on web \(paused at POST_TEST_TRAFFIC_SHIFT until [\d-]+ [\d:]+ UTC, for somebody to answer/,
    );
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

/** Answers every request with the next of these statuses, the last one again and again. */
async function answering(...statuses: readonly number[]) {
  let requests = 0;
  const server = createServer((_, response) => {
    const status = statuses[Math.min(requests++, statuses.length - 1)] ?? 500;
    response.writeHead(status, { connection: 'close' }).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/test`,
    requests: () => requests,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

const answers = ({ fargate }: World) =>
  fargate.calls.of('ContinueServiceDeployment').map(({ input }) => objectIn(input)['action']);

describe('test-url', () => {
  it.concurrent('is requested at each pause with traffic, and continues the deployment', async () => {
    const lifecycleHooks = [pauseAt('POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT')];
    await using world = await startShifting({ lifecycleHooks });
    await using app = await answering(200);
    const run = await world.deploy({ image: 'v2', 'test-url': app.url });
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect([app.requests(), answers(world)]).toEqual([2, ['CONTINUE', 'CONTINUE']]);
    expect(await world.settled()).toBe('v2');
  });

  it.concurrent('that answers otherwise rolls the deployment back, with its answer as the cause', async () => {
    await using world = await startShifting({ lifecycleHooks: [pauseAt('POST_TEST_TRAFFIC_SHIFT')] });
    await using app = await answering(503);
    const run = await world.deploy({ image: 'v2', 'test-url': app.url });
    expect(run.outputs).toMatchObject({ result: 'rolled-back', reason: 'test-url' });
    expect(run.outputs['message']).toContain('it answered with status 503 instead of 200');
    expect(app.requests()).toBe(6);
    expect(answers(world)).not.toContain('CONTINUE');
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('is not requested before traffic reaches the new version: that pause is left to a person', async () => {
    const lifecycleHooks = [pauseAt('POST_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT')];
    await using world = await startShifting({ lifecycleHooks });
    await using app = await answering(200);
    const step = world.start({ image: 'v2', 'test-url': app.url });
    await step.printed(/test-url is not requested in POST_SCALE_UP/);
    expect([app.requests(), answers(world)]).toEqual([0, []]);
    const { lifecycleHookDetails: [hook] = [] } = await newest(world);
    await goOn(world, hook?.hookId ?? '');
    expect((await step.finished).outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(app.requests()).toBe(1);
  });

  it.concurrent('leaves the pauses of a deployment that another run began, and warns that it was never requested', async () => {
    await using world = await startShifting({ lifecycleHooks: [pauseAt('POST_TEST_TRAFFIC_SHIFT')] });
    await using app = await answering(200);
    const { outputs } = await world.deploy({ image: 'v2', 'wait-until': 'paused' });
    const step = world.start({ image: 'v2', 'test-url': app.url });
    await step.printed(/test-url is not requested: another run began this deployment/);
    await goOn(world, outputs['hook-id'] ?? '');
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed-untested' });
    expect(run.log).toMatch(/Warning: .*test-url was never requested/);
    expect(app.requests()).toBe(0);
  });

  it.concurrent.each([
    ['cancelled', 'SIGINT'],
    ['killed', 'SIGKILL'],
  ] as const)('of a step that is %s while it asks: the deployment is rolled back', async (_, signal) => {
    await using world = await startShifting({ lifecycleHooks: [pauseAt('POST_TEST_TRAFFIC_SHIFT')] });
    await using app = await answering(503);
    const inputs = { image: 'v2', 'test-url': app.url };
    const step = world.start(inputs);
    await step.printed(/test-url: http.*503/);
    step.send(signal);
    const run = await step.finished;
    expect((await world.post(inputs, run)).exitCode).toBe(0);
    expect(answers(world)).not.toContain('CONTINUE');
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('is refused before the build where no pause has traffic', async () => {
    await using world = await startShifting({ lifecycleHooks: [pauseAt('PRE_SCALE_UP')] });
    const { outputs } = await world.deploy({ image: 'v2', 'test-url': 'http://127.0.0.1:1/' });
    expect(outputs).toMatchObject({ result: 'failed', reason: 'input-invalid' });
    expect(updates(world)).toBe(0);
  });
});
