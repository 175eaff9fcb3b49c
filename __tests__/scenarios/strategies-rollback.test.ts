import {
  type DeploymentConfiguration,
  type DeploymentLifecycleHook,
  ListTasksCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { LambdaFunction } from '../../local/functions/functions.ts';
import { cluster, startWorld, type World, type WorldOptions } from './world.ts';

/** One stage at which a deployment is cut off. */
interface Cut {
  readonly stage: string;
  readonly configuration?: DeploymentConfiguration;
  readonly hook?: 'function' | 'pause';
  readonly options?: WorldOptions;
  /** What the service runs in the end. Defaults to v1; v2 where the cut comes too late. */
  readonly runs?: 'v2';
}

const blueGreen: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };
const canary: DeploymentConfiguration = {
  strategy: 'CANARY',
  bakeTimeInMinutes: 0,
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 600 },
};

/** Every stage, held by a hook where it takes one. */
const cuts: readonly Cut[] = [
  { stage: 'RECONCILE_SERVICE', hook: 'function' },
  { stage: 'PRE_SCALE_UP', hook: 'function' },
  { stage: 'SCALE_UP', options: { behaviours: { v2: { pullSeconds: 1200 } } } },
  { stage: 'POST_SCALE_UP', hook: 'function' },
  { stage: 'TEST_TRAFFIC_SHIFT', hook: 'function' },
  { stage: 'POST_TEST_TRAFFIC_SHIFT', hook: 'function' },
  { stage: 'POST_TEST_TRAFFIC_SHIFT', hook: 'pause' },
  { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', hook: 'function' },
  { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', hook: 'pause' },
  { stage: 'PRODUCTION_TRAFFIC_SHIFT', hook: 'function' },
  { stage: 'PRODUCTION_TRAFFIC_SHIFT', configuration: canary },
  { stage: 'POST_PRODUCTION_TRAFFIC_SHIFT', hook: 'function' },
  { stage: 'BAKE_TIME', configuration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 600 } },
  { stage: 'CLEAN_UP', runs: 'v2' },
];

const hookTargetArn = 'arn:aws:lambda:eu-west-1:123456789012:function:hold';

/** Never ends for a new version. ECS calls it again while it rolls back, with a weight of 0 (documented). */
const hold: LambdaFunction = ({ lifecycleStage, executionDetails }) => {
  const { targetServiceRevisionArn, ...weights } = Object(executionDetails);
  const shifted =
    lifecycleStage === 'TEST_TRAFFIC_SHIFT' ? weights.testTrafficWeights : weights.productionTrafficWeights;
  const isBack =
    Object(shifted)[targetServiceRevisionArn] === 0 && lifecycleStage !== 'PRE_PRODUCTION_TRAFFIC_SHIFT';
  return { hookStatus: isBack ? 'SUCCEEDED' : 'IN_PROGRESS' };
};

/** A steady service whose next deployment stays at the stage. */
async function worldOf({ stage, configuration = blueGreen, hook, options }: Cut): Promise<World> {
  const world = await startWorld({
    loadBalancer: 'shifting',
    functions: { [hookTargetArn]: hold },
    ...options,
    service: { deploymentConfiguration: blueGreen },
  });
  const held: DeploymentLifecycleHook =
    hook === 'pause'
      ? { targetType: 'PAUSE' }
      : { hookTargetArn, roleArn: 'arn:aws:iam::123456789012:role/hooks' };
  // ECS reconciles a service only when another deployment has left a second revision: one that stays before its tasks.
  const isSecond = stage === 'RECONCILE_SERVICE';
  const lifecycleStages = isSecond ? [stage, 'PRE_SCALE_UP'] : [stage];
  const lifecycleHooks =
    hook === undefined ? [] : ([{ ...held, lifecycleStages }] as DeploymentLifecycleHook[]);
  await world.ecs.send(
    new UpdateServiceCommand({
      cluster,
      service: 'web',
      deploymentConfiguration: { ...configuration, lifecycleHooks },
      ...(isSecond ? { forceNewDeployment: true } : {}),
    }),
  );
  return world;
}

/** Resolves when the deployment in flight is at the stage. */
function reached({ fargate }: World, stage: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const [service] = fargate.ecs.snapshot().services;
      if (service?.inFlight?.stage !== stage) return;
      stop();
      resolve();
    };
    const stop = fargate.ecs.onChange(look);
    look();
  });
}

async function runningTasks({ ecs }: World): Promise<readonly string[]> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName: 'web' }));
  return taskArns.toSorted();
}

/** The weights of the production rule, those of the deployment that is PRIMARY first. */
async function trafficOf(world: World): Promise<string> {
  const { loadBalancers } = await world.service();
  const rule = loadBalancers?.[0]?.advancedConfiguration?.productionListenerRule ?? '';
  const primary = world.fargate.ecs
    .snapshot()
    .services[0]?.deployments.find(({ status }) => status === 'PRIMARY');
  const weights = [...(world.fargate.ruleWeights(rule) ?? [])].map(
    ([group, weight]) =>
      `${primary?.targetGroupArns.includes(group) === true ? 'PRIMARY' : 'other'} ${weight}`,
  );
  return weights.toSorted().join(', ');
}

describe('a deployment that is cut off at any stage ends with all traffic on one version', () => {
  it.concurrent.each(
    cuts.flatMap((cut) =>
      (['SIGINT', 'SIGKILL'] as const).map((signal) => ({ ...cut, signal, by: cut.hook ?? 'itself' })),
    ),
  )('$stage, held by $by: $signal', async ({ signal, by: _by, ...cut }) => {
    await using world = await worldOf(cut);
    const before = await runningTasks(world);
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    await reached(world, cut.stage);
    step.send(signal);
    const run = await step.finished;
    const post = await world.post({ image: 'v2' }, run);
    const runs = await world.settled();
    expect({
      log: run.log,
      post: post.log,
      exitCode: post.exitCode,
      runs,
      traffic: await trafficOf(world),
      // The earlier version runs all the time, so that its tasks stay the same.
      keepsTasks: before.join() === (await runningTasks(world)).join(),
    }).toEqual({
      log: run.log,
      post: post.log,
      exitCode: 0,
      runs: cut.runs ?? 'v1',
      traffic: 'PRIMARY 100, other 0',
      keepsTasks: cut.runs === undefined,
    });
  });
});

it('a manual rollback of a canary is a new deployment, and says how long it takes at least', async () => {
  await using world = await startWorld({
    loadBalancer: 'shifting',
    service: {
      deploymentConfiguration: {
        strategy: 'CANARY',
        bakeTimeInMinutes: 1,
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 2 },
      },
    },
  });
  await world.deploy({ image: 'v2' });
  const { outputs, log } = await world.deploy({ operation: 'rollback' });
  expect(outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
  expect(log).toContain('web: this is a new deployment; its bake and step times alone take 3 min');
  expect({ runs: await world.settled(), traffic: await trafficOf(world) }).toEqual({
    runs: 'v1',
    traffic: 'PRIMARY 100, other 0',
  });
});
