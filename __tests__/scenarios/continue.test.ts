import {
  ContinueServiceDeploymentCommand,
  type DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  type ServiceDeployment,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Fault } from '../../local/server/faults.ts';
import { isDocument } from '../../local/server/members.ts';
import { cluster, startWorld, type World, type WorldOptions } from './world.ts';

type Stage =
  | 'PRE_SCALE_UP'
  | 'POST_TEST_TRAFFIC_SHIFT'
  | 'PRE_PRODUCTION_TRAFFIC_SHIFT'
  | 'POST_PRODUCTION_TRAFFIC_SHIFT';
type Hook = NonNullable<DeploymentConfiguration['lifecycleHooks']>[number];

const pauseAt = (...lifecycleStages: Stage[]): Hook => ({
  targetType: 'PAUSE',
  lifecycleStages,
  timeoutConfiguration: { timeoutInMinutes: 60, action: 'ROLLBACK' },
});

interface PausedWorld {
  readonly world: World;
  /** The id of the deployment of v2. */
  readonly deploymentId: string;
}

/** `web` while its deployment of v2, which another job began, is paused. */
async function pausedWorld(
  changes: DeploymentConfiguration = { lifecycleHooks: [pauseAt('POST_TEST_TRAFFIC_SHIFT')] },
  options: WorldOptions = {},
): Promise<PausedWorld> {
  const deploymentConfiguration: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };
  const service = { deploymentConfiguration };
  const world = await startWorld({ loadBalancer: 'shifting', ...options, service });
  // Its first deployment would wait for the hooks, too.
  for (const name of ['web', ...(options.services ?? [])]) {
    await world.ecs.send(
      new UpdateServiceCommand({
        cluster,
        service: name,
        deploymentConfiguration: { ...deploymentConfiguration, ...changes },
      }),
    );
  }
  const run = await world.deploy({ image: 'v2', 'wait-until': 'started' });
  await until(world, isPaused);
  world.fargate.calls.clear();
  return { world, deploymentId: run.outputs['deployment-id'] ?? '' };
}

async function newest(world: World): Promise<ServiceDeployment> {
  const [serviceDeploymentArn = ''] = await world.serviceDeployments(2);
  const reply = await world.ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeploymentArn] }),
  );
  return reply.serviceDeployments?.[0] ?? {};
}

const isPaused = ({ lifecycleHookDetails = [] }: ServiceDeployment): boolean =>
  lifecycleHookDetails.some(({ status }) => status === 'AWAITING_ACTION');
const isOver = ({ finishedAt }: ServiceDeployment): boolean => finishedAt !== undefined;

/** Lets the local Fargate's time pass, so many seconds at once, until the record of the newest deployment shows something. */
async function until(
  world: World,
  shows: (record: ServiceDeployment) => boolean,
  seconds = 1,
): Promise<void> {
  for (let passed = 0; passed < 7200; passed += seconds) {
    if (shows(await newest(world))) return;
    world.skip(seconds);
  }
  throw new Error('The record never shows it.');
}

async function answerByHand(world: World): Promise<void> {
  const { serviceDeploymentArn, lifecycleHookDetails = [] } = await newest(world);
  const hookId = lifecycleHookDetails[0]?.hookId;
  await world.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId }));
}

const proceed = (more: Readonly<Record<string, string>> = {}) => ({ operation: 'continue', ...more });
const answers = ({ fargate }: World): readonly unknown[] =>
  fargate.calls.of('ContinueServiceDeployment').map(({ input }) => isDocument(input) && input['action']);

describe('operation: continue', () => {
  it.concurrent('continues what is paused, and follows it to its end', async () => {
    const { world, deploymentId } = await pausedWorld();
    await using _ = world;
    const run = await world.deploy(proceed());
    expect({ log: run.log, outputs: run.outputs }).toMatchObject({
      log: run.log,
      outputs: {
        result: 'deployed',
        reason: 'completed',
        'deployment-id': deploymentId,
        'image-digest': expect.stringMatching(/^sha256:/),
        'task-definition-arn': expect.stringMatching(/:web:2$|\/web:2$/),
        'previous-task-definition-arn': expect.stringMatching(/\/web:1$/),
      },
    });
    expect(run.log).toMatch(/is paused at POST_TEST_TRAFFIC_SHIFT until/);
    expect([run.exitCode, answers(world), await world.settled()]).toEqual([0, ['CONTINUE'], 'v2']);
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
  });

  it.concurrent('rolls back what is paused, as requested', async () => {
    const { world, deploymentId } = await pausedWorld();
    await using _ = world;
    const run = await world.deploy(proceed({ answer: 'rollback', 'deployment-id': deploymentId }));
    expect({ log: run.log, outputs: run.outputs }).toMatchObject({
      log: run.log,
      outputs: { result: 'deployed', reason: 'completed', 'deployment-id': deploymentId },
    });
    expect([run.exitCode, answers(world), await world.settled()]).toEqual([0, ['ROLLBACK'], 'v1']);
    expect(world.fargate.calls.of('StopServiceDeployment')).toEqual([]);
  });

  it.concurrent('answers each step of a canary', async () => {
    const { world, deploymentId } = await pausedWorld({
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 0 },
      lifecycleHooks: [pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT')],
    });
    await using _ = world;
    const first = await world.deploy(proceed({ 'wait-until': 'started' }));
    expect(first.outputs).toMatchObject({ result: 'started', 'deployment-id': deploymentId });
    await until(world, (record) => isPaused(record) && isAtPercent(record, 10));
    const second = await world.deploy(proceed());
    expect(second.outputs).toMatchObject({ result: 'deployed', 'deployment-id': deploymentId });
    expect([answers(world), await world.settled()]).toEqual([['CONTINUE', 'CONTINUE'], 'v2']);
  });

  it.concurrent('with wait-until: paused, ends at the next pause', async () => {
    const { world, deploymentId } = await pausedWorld({
      lifecycleHooks: [pauseAt('POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT')],
    });
    await using _ = world;
    const inputs = proceed({ 'wait-until': 'paused', 'deployment-id': deploymentId });
    const run = await world.deploy(inputs);
    expect(run.outputs).toMatchObject({
      result: 'paused',
      'deployment-id': deploymentId,
      message: expect.stringContaining('POST_PRODUCTION_TRAFFIC_SHIFT'),
      'hook-id': expect.stringMatching(/^ecs-pause-/),
    });
    expect((await world.post(inputs, run)).exitCode).toBe(0);
    expect([run.exitCode, isPaused(await newest(world))]).toEqual([0, true]);
    const end = await world.deploy(inputs);
    expect(end.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect([answers(world), await world.settled()]).toEqual([['CONTINUE', 'CONTINUE'], 'v2']);
  });

  it.concurrent.each<[Fault['kind'], number]>([
    ['reset-before', 2],
    ['reset-after', 1],
  ])('answers once in spite of %s', async (kind, sent) => {
    const { world } = await pausedWorld();
    await using _ = world;
    world.fargate.faults.add({ operation: 'ContinueServiceDeployment', fault: { kind } as Fault });
    const run = await world.deploy(proceed());
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(answers(world)).toHaveLength(sent);
  });

  it.concurrent('follows a deployment that somebody else answers meanwhile', async () => {
    const { world } = await pausedWorld();
    await using _ = world;
    const fault = { kind: 'throttle' } as const;
    world.fargate.faults.add({ operation: 'ContinueServiceDeployment', fault });
    const step = world.start(proceed());
    await step.printed(/nothing was done, trying again/);
    await answerByHand(world);
    const run = await step.finished;
    expect(run.log).toMatch(/was no longer paused when the answer came|was over when the answer came/);
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
  });

  it.concurrent('rolls back a version that fails after the answer', async () => {
    const { world } = await pausedWorld(
      { lifecycleHooks: [pauseAt('PRE_SCALE_UP')] },
      { behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1, lastLines: ['no'] } } } },
    );
    await using _ = world;
    const run = await world.deploy(proceed());
    expect({ log: run.log, outputs: run.outputs }).toMatchObject({
      log: run.log,
      outputs: { result: 'rolled-back', reason: 'tasks-failed' },
    });
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('rolls back what it answered when it is cancelled', async () => {
    const { world } = await pausedWorld({
      bakeTimeInMinutes: 600,
      lifecycleHooks: [pauseAt('POST_TEST_TRAFFIC_SHIFT')],
    });
    await using _ = world;
    const step = world.start(proceed());
    await step.printed(/continues/);
    step.send('SIGINT');
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'cancelled', reason: 'cancelled-run' });
    await world.post(proceed(), run);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('leaves it to post when it is killed after the answer', async () => {
    const { world } = await pausedWorld({
      bakeTimeInMinutes: 600,
      lifecycleHooks: [pauseAt('POST_TEST_TRAFFIC_SHIFT')],
    });
    await using _ = world;
    const step = world.start(proceed());
    await step.printed(/continues/);
    step.send('SIGKILL');
    const post = await world.post(proceed(), await step.finished);
    expect(post.log).toMatch(/The step ended before the deployment of web:2 to web did/);
    expect(await world.settled()).toBe('v1');
  });

  describe('finds that the deployment is over', () => {
    it.concurrent.each([
      ['continue', 'rolled-back', 1],
      ['rollback', 'deployed', 0],
    ])('by its time-out, for %s', async (answer, result, exitCode) => {
      const { world, deploymentId } = await pausedWorld();
      await using _ = world;
      await until(world, isOver, 60);
      const run = await world.deploy(proceed({ answer, 'deployment-id': deploymentId }));
      expect({ log: run.log, outputs: run.outputs }).toMatchObject({
        log: run.log,
        outputs: {
          result,
          message: expect.stringContaining('POST_TEST_TRAFFIC_SHIFT pause hook timed out'),
          'deployment-id': deploymentId,
        },
      });
      expect([run.exitCode, answers(world)]).toEqual([exitCode, []]);
    });

    it.concurrent.each([
      ['continue', 'deployed', 'completed', 0],
      ['rollback', 'failed', 'stopped-by-person', 1],
    ])('since somebody continued it, for %s', async (answer, result, reason, exitCode) => {
      const { world, deploymentId } = await pausedWorld();
      await using _ = world;
      await answerByHand(world);
      await until(world, isOver, 60);
      await world.settled();
      world.fargate.calls.clear();
      const run = await world.deploy(proceed({ answer, 'deployment-id': deploymentId }));
      expect({ log: run.log, outputs: run.outputs }).toMatchObject({
        log: run.log,
        outputs: { result, reason },
      });
      expect([run.exitCode, answers(world), await world.settled()]).toEqual([exitCode, [], 'v2']);
      expect(world.fargate.calls.of('UpdateService')).toEqual([]);
    });
  });

  describe('refuses', () => {
    it.concurrent('when nothing is paused', async () => {
      const { world, deploymentId } = await pausedWorld();
      await using _ = world;
      await until(world, isOver, 60);
      const none = await world.deploy(proceed());
      expect(none.outputs).toMatchObject({ result: 'failed', reason: 'not-paused' });
      expect(none.outputs['message']).toBe(
        `No deployment of web is in flight, so none is paused. The last one, ${deploymentId} of web:2, ended as ROLLBACK_SUCCESSFUL.`,
      );
      const wrong = await world.deploy(proceed({ 'deployment-id': 'ecs-svc/1' }));
      expect(wrong.outputs['message']).toBe("The newest deployments of web don't include ecs-svc/1.");
    });

    it.concurrent('a deployment that goes on, and says where it is', async () => {
      const { world, deploymentId } = await pausedWorld({
        bakeTimeInMinutes: 600,
        lifecycleHooks: [pauseAt('POST_TEST_TRAFFIC_SHIFT')],
      });
      await using _ = world;
      await answerByHand(world);
      await until(world, ({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME');
      world.fargate.calls.clear();
      const run = await world.deploy(proceed());
      expect(run.outputs).toMatchObject({
        reason: 'not-paused',
        message: `The deployment ${deploymentId} of web:2 to web isn't paused: it is in the stage BAKE_TIME.`,
      });
      expect(answers(world)).toEqual([]);
    });

    it.concurrent('a deployment of another repository, unless it is allowed', async () => {
      const { world } = await pausedWorld();
      await using _ = world;
      const stranger = { GITHUB_REPOSITORY: 'octo-org/other' };
      const refused = await world.deploy(proceed(), stranger);
      expect(refused.outputs.reason).toBe('deployment-in-flight');
      expect(refused.outputs.message).toMatch(/is paused, and it isn't this repository's/);
      expect(answers(world)).toEqual([]);
      const allowed = await world.deploy(proceed({ allow: 'foreign-deployment' }), stranger);
      expect(allowed.outputs.result).toBe('deployed');
    });

    it.concurrent('all services when the deployment of one is not paused', async () => {
      const { world } = await pausedWorld(undefined, { services: ['api'] });
      await using _ = world;
      const run = await world.deploy(proceed({ service: 'web\napi' }));
      expect(run.outputs).toMatchObject({ reason: 'not-paused' });
      expect(run.outputs.message).toMatch(/No deployment of api is in flight/);
      expect(answers(world)).toEqual([]);
    });

    it.concurrent('without the permission, and leaves the deployment paused', async () => {
      const { world } = await pausedWorld();
      await using _ = world;
      const fault = { kind: 'denied' } as const;
      world.fargate.faults.add({ operation: 'ContinueServiceDeployment', fault, times: 'always' });
      const run = await world.deploy(proceed());
      expect(run.outputs).toMatchObject({ result: 'failed', reason: 'aws-denied' });
      expect((await world.post(proceed(), run)).exitCode).toBe(0);
      expect((await newest(world)).status).toBe('IN_PROGRESS');
    });
  });
});

const isAtPercent = ({ targetServiceRevision }: ServiceDeployment, percent: number): boolean =>
  targetServiceRevision?.requestedProductionTrafficWeight === percent;
