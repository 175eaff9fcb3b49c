import {
  ContinueServiceDeploymentCommand,
  type DeploymentConfiguration,
  type DeploymentLifecycleHookStage,
  DescribeServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LambdaFunction } from '../../local/functions/functions.ts';
import type { RunningStep } from '../../scripts/runner.ts';
import { createWebTargetGroup } from '../../scripts/web-service.ts';
import { readable } from '../pure/rendered-summary.ts';
import { endOfLog, repeatedSentences } from '../repeated-sentences.ts';
import { steady } from './steady-log.ts';
import { cluster, startWorld, type World, type WorldOptions } from './world.ts';

/** One way in which a deployment that shifts traffic ends. */
interface Row {
  readonly name: string;
  readonly ends: string;
  /** In force once the service runs v1. */
  readonly configuration: DeploymentConfiguration;
  readonly world?: WorldOptions;
  /** What the hook's function returns for the deployment of v2. */
  readonly check?: LambdaFunction;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly prepare?: (world: World) => Promise<void>;
  readonly meanwhile?: (world: World, step: RunningStep) => Promise<void>;
}

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:check';
const roleArn = 'arn:aws:iam::123456789012:role/hooks';
const lambdaAt = (...lifecycleStages: DeploymentLifecycleHookStage[]) => ({
  lifecycleHooks: [{ hookTargetArn: functionArn, roleArn, lifecycleStages }],
});
const pauseAt = (stage: DeploymentLifecycleHookStage, timeoutInMinutes = 60) => ({
  lifecycleHooks: [
    {
      targetType: 'PAUSE' as const,
      lifecycleStages: [stage],
      timeoutConfiguration: { timeoutInMinutes, action: 'ROLLBACK' as const },
    },
  ],
});
const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 } as const;

async function current(world: World): Promise<string> {
  const [arn = ''] = await world.serviceDeployments(2);
  return arn;
}

async function answer(world: World, action: 'CONTINUE' | 'ROLLBACK'): Promise<void> {
  const serviceDeploymentArn = await current(world);
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeploymentArn] });
  const { serviceDeployments: [record] = [] } = await world.ecs.send(command);
  const hookId = record?.lifecycleHookDetails?.find(({ status }) => status === 'AWAITING_ACTION')?.hookId;
  await world.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action }));
}

async function stop(world: World): Promise<void> {
  const serviceDeploymentArn = await current(world);
  await world.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }));
}

const rows: readonly Row[] = [
  {
    name: 'a canary that completes',
    ends: 'deployed completed',
    configuration: {
      strategy: 'CANARY',
      bakeTimeInMinutes: 30,
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 20 },
      ...pauseAt('POST_TEST_TRAFFIC_SHIFT'),
    },
    meanwhile: async (world, step) => {
      await step.printed(/paused since/);
      await answer(world, 'CONTINUE');
      await step.printed(/step 1 of 2 .10 %./);
      world.skip(20 * 60);
      await step.printed(/BAKE_TIME/);
      world.skip(30 * 60);
    },
  },
  {
    name: 'a function that refuses the version',
    ends: 'rolled-back lifecycle-hook',
    configuration: { ...blueGreen, ...lambdaAt('POST_TEST_TRAFFIC_SHIFT') },
    check: () => ({ hookStatus: 'FAILED' }),
  },
  {
    name: 'a function that throws before a task has started',
    ends: 'rolled-back lifecycle-hook',
    configuration: { ...blueGreen, ...lambdaAt('PRE_SCALE_UP') },
    check: () => null,
  },
  {
    name: 'a pause that times out',
    ends: 'rolled-back pause-timed-out',
    configuration: { ...blueGreen, ...pauseAt('POST_TEST_TRAFFIC_SHIFT') },
    meanwhile: async (world, step) => {
      await step.printed(/paused since/);
      world.skip(3600);
    },
  },
  {
    name: 'a pause that somebody refuses',
    ends: 'rolled-back pause-refused',
    configuration: { ...blueGreen, ...pauseAt('POST_SCALE_UP') },
    meanwhile: async (world, step) => {
      await step.printed(/paused since/);
      await answer(world, 'ROLLBACK');
    },
  },
  {
    name: 'a person who stops it',
    ends: 'rolled-back stopped-by-person',
    configuration: blueGreen,
    meanwhile: async (world, step) => {
      await step.printed(/BAKE_TIME/);
      await stop(world);
    },
  },
  {
    name: 'a person who stops it too late',
    ends: 'deployed completed-before-rollback',
    configuration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
    world: { readings: { transitionSeconds: 60 }, speed: 10 },
    meanwhile: async (world, step) => {
      await step.printed(/CLEAN_UP/);
      await stop(world);
    },
  },
  {
    name: 'an alarm in the bake time',
    ends: 'rolled-back alarm',
    configuration: { ...blueGreen, alarms: { alarmNames: ['errors'], enable: true, rollback: true } },
    meanwhile: async (world, step) => {
      await step.printed(/BAKE_TIME/);
      world.fargate.ecs.interfere.setAlarm('errors', 'ALARM');
    },
  },
  {
    name: 'the circuit breaker',
    ends: 'rolled-back circuit-breaker',
    configuration: { ...blueGreen, deploymentCircuitBreaker: { enable: true, rollback: true } },
    world: {
      behaviours: {
        v2: {
          neverStarts: { kind: 'cannot-be-pulled', stoppedReason: 'CannotPullContainerError: not found' },
        },
      },
    },
  },
  {
    name: 'tasks that crash, without a circuit breaker',
    ends: 'rolled-back tasks-failed',
    configuration: blueGreen,
    world: {
      behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1, lastLines: ['Error: no DATABASE_URL'] } } },
    },
  },
  {
    name: 'a listener rule that forwards elsewhere',
    ends: 'rolled-back network-configuration',
    configuration: blueGreen,
    prepare: async (world) => {
      const { loadBalancers: [balancer] = [] } = await world.service();
      const RuleArn = balancer?.advancedConfiguration?.productionListenerRule;
      const elb = new ElasticLoadBalancingV2Client({
        endpoint: world.fargate.endpoint,
        region: world.fargate.account.region,
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      });
      const TargetGroupArn = await createWebTargetGroup(elb, 5, 'other');
      const Actions = [{ Type: 'forward' as const, TargetGroupArn }];
      await elb.send(new ModifyRuleCommand({ RuleArn, Actions }));
    },
  },
  {
    name: 'a load balancer that ECS may not change, which it calls a failed hook',
    ends: 'rolled-back load-balancer-permission',
    configuration: blueGreen,
    meanwhile: async (world, step) => {
      await step.printed(/has begun/);
      const statusReason =
        'Service deployment rolled back because TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. User: arn:aws:sts::123456789012:assumed-role/infrastructure/ECS is not authorized to perform: elasticloadbalancing:ModifyRule on resource: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/web/1/2/3 because no identity-based policy allows it.';
      world.fargate.ecs.interfere.setServiceDeployment(await current(world), {
        status: 'ROLLBACK_SUCCESSFUL',
        statusReason,
      });
    },
  },
  {
    name: 'a stage that takes a day',
    ends: 'rolled-back stage-timed-out',
    configuration: blueGreen,
    world: { behaviours: { v2: { pullSeconds: 10 * 24 * 3600 } } },
    meanwhile: async (world, step) => {
      await step.printed(/stage SCALE_UP/);
      world.skip(24 * 3600);
    },
  },
  {
    name: 'a first deployment, which has nothing to go back to',
    ends: 'failed lifecycle-hook',
    configuration: {},
    world: {
      hasRun: false,
      functions: { [functionArn]: () => ({ hookStatus: 'FAILED' }) },
      service: { deploymentConfiguration: { ...blueGreen, ...lambdaAt('PRE_SCALE_UP') } },
    },
  },
];

interface Told {
  readonly end: string;
  readonly log: string;
  readonly raw: string;
  readonly summary: string;
}

async function run(row: Row): Promise<Told> {
  let isArmed = false;
  const check: LambdaFunction = (payload) =>
    isArmed && typeof row.check === 'function' ? row.check(payload) : { hookStatus: 'SUCCEEDED' };
  await using world = await startWorld({
    loadBalancer: 'shifting',
    functions: { [functionArn]: check },
    ...row.world,
    service: {
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
      ...row.world?.service,
    },
  });
  isArmed = true;
  const { configuration: deploymentConfiguration } = row;
  await world.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', deploymentConfiguration }));
  await row.prepare?.(world);
  const step = world.start({ image: 'v2', ...row.inputs });
  await row.meanwhile?.(world, step);
  const { log, summary, outputs } = await step.finished;
  return {
    end: `${outputs.result} ${outputs.reason}`,
    log: steady(log),
    raw: log,
    summary: readable(summary),
  };
}

const told = new Map<string, Told>();

beforeAll(async () => {
  const failed = (error: unknown): Told => ({ end: String(error), log: '', raw: '', summary: '' });
  await Promise.all(rows.map(async (row) => told.set(row.name, await run(row).catch(failed))));
}, 300_000);

describe('the end of a deployment that shifts traffic', () => {
  it.each(rows)('$name: $ends', ({ name, ends }) => {
    expect(told.get(name)?.end).toBe(ends);
  });

  it.each(rows)('is told in the log: $name', ({ name }) => {
    expect(told.get(name)?.log).toMatchSnapshot();
  });

  it.each(rows)('says nothing twice in one view: $name', ({ name }) => {
    const { raw = '', summary = '' } = told.get(name) ?? {};
    expect({
      log: repeatedSentences(endOfLog(raw)),
      summary: repeatedSentences(summary),
      isTold: summary !== '',
    }).toEqual({ log: [], summary: [], isTold: true });
  });
});
