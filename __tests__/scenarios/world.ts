import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type DescribeTaskDefinitionCommandOutput,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type RunningClock, runningClock } from '../../local/base/clock.ts';
import { type Fargate, type FargateOptions, startFargate } from '../../local/fargate.ts';
import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import type { Document } from '../../local/server/operation.ts';
import { type RunningStep, runPost, type Step, type StepRun, startStep } from '../../scripts/runner.ts';
import { createShiftingBalancer } from '../../scripts/shifting-balancer.ts';
import { createWebTargetGroup, webLogs, webService, webTaskDefinition } from '../../scripts/web-service.ts';
import { registerTaskDefinition } from '../../src/aws/document.ts';

/**
 * A local Fargate with one cluster, one repository (images v1 to v3) and the service `web`, which runs v1 and is
 * steady; deployed to by the shipped bundle. ECS's seconds are a twentieth of real ones.
 */
export interface World extends AsyncDisposable {
  readonly fargate: Fargate;
  readonly ecs: ECSClient;
  /** Where the listener of a shifting load balancer answers; else empty. */
  readonly url: string;
  /** The same for test traffic. */
  readonly testUrl: string;
  /** Leaves out that many seconds of the local Fargate. */
  skip(seconds: number): void;
  /** The checkout of the step. */
  readonly workspace: string;
  describeTaskDefinition(reference: string): Promise<DescribeTaskDefinitionCommandOutput>;
  /** Starts the bundle as a runner does, with `cluster` and `service` given. */
  start(inputs: Readonly<Record<string, string>>, environment?: Step['environment']): RunningStep;
  deploy(inputs: Readonly<Record<string, string>>, environment?: Step['environment']): Promise<StepRun>;
  post(
    inputs: Readonly<Record<string, string>>,
    main: Pick<StepRun, 'state'>,
    environment?: Step['environment'],
  ): Promise<StepRun>;
  service(name?: string): Promise<Service>;
  /** Resolves when the operation has been called since the world was made. */
  called(operation: string): Promise<void>;
  /** Resolves when a fault has hit a call. */
  hit(): Promise<void>;
  /** The ARNs of all service deployments of `web`, newest first, once there are so many. */
  serviceDeployments(atLeast?: number): Promise<readonly string[]>;
  /** The ARNs of a revision's tasks with desired status RUNNING, once there is one. */
  tasksOf(taskDefinition: string): Promise<readonly string[]>;
  /** How often the given operations were called while the world was made. */
  callsBefore(operations: readonly string[]): number;
  /** What the service runs in the end: the tag of the image, once one deployment is left and all its tasks run. */
  settled(name?: string): Promise<string>;
}

export interface WorldOptions {
  /** What tasks of an image do, by tag; healthy when not given. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  readonly service?: Partial<CreateServiceCommandInput>;
  /** The same as a function of the image's tag and the service, where more decides. */
  readonly behave?: (tag: string, serviceName: string | undefined) => Behaviour;
  /** Other services with the same settings. */
  readonly services?: readonly string[];
  /** More members of the first task definition and of its container, known to the SDK or not. */
  readonly taskDefinition?: Document;
  readonly container?: Document;
  /** The first task definition names its image by tag, not by digest. */
  readonly imageByTag?: boolean;
  /** `shifting`: with two target groups between which a strategy shifts traffic; the listener is `World.url`. */
  readonly loadBalancer?: boolean | 'shifting';
  /** Lambda functions that lifecycle hooks call. */
  readonly functions?: FargateOptions['functions'];
  readonly containerHealthCheck?: boolean;
  readonly readings?: FargateOptions['readings'];
  readonly unknownMembers?: FargateOptions['unknownMembers'];
  readonly trust?: FargateOptions['trust'];
  /** A registry to push to; needs docker-registry. */
  readonly registry?: 'real';
  /** What the service's first deployment runs; false: the service is made with no good deployment behind it. */
  readonly hasRun?: boolean;
  readonly speed?: number;
  /** More of the step's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

export const cluster = 'staging';
const action = join(import.meta.dirname, '../..');
const tags = ['v1', 'v2', 'v3'];

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const digests = new Map<string, string>();
  const tagOf = (image: string): string => digests.get(image.split('@')[1] ?? '') ?? image;
  const clock = runningClock(options.speed ?? 20);
  const fargate = await startFargate({
    runtime: 'simulated',
    clock,
    readings: options.readings ?? {},
    registry: options.registry ?? 'none',
    ...(options.trust === undefined ? {} : { trust: options.trust }),
    ...(options.functions === undefined ? {} : { functions: options.functions }),
    ...(options.unknownMembers === undefined ? {} : { unknownMembers: options.unknownMembers }),
    behave: ({ taskDefinition, serviceName }) => {
      const containers = taskDefinition.containerDefinitions;
      const image = Array.isArray(containers) ? String(Object(containers[0]).image) : '';
      const tag = tagOf(image);
      return options.behave?.(tag, serviceName) ?? options.behaviours?.[tag] ?? {};
    },
  });
  const config = {
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const ecs = new ECSClient(config);
  const workspace = mkdtempSync(join(tmpdir(), 'fargate-deploy-workspace-'));
  await new ECRClient(config).send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  await new CloudWatchLogsClient(config).send(new CreateLogGroupCommand({ logGroupName: '/ecs/web' }));
  for (const tag of tags) digests.set(fargate.images.put('web', { tags: [tag] }), tag);
  const capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
  await ecs.send(new CreateClusterCommand({ clusterName: cluster, capacityProviders }));

  const digestOf = (tag: string): string => [...digests].find(([, name]) => name === tag)?.[0] ?? '';
  await registerTaskDefinition(ecs, {
    ...webTaskDefinition(fargate, options.imageByTag ? 'v1' : digestOf('v1'), {
      hasHealthCheck: options.containerHealthCheck ?? false,
      container: { environment: [{ name: 'MODE', value: '' }], ...webLogs(fargate), ...options.container },
    }),
    ...options.taskDefinition,
  });
  const elb = new ElasticLoadBalancingV2Client(config);
  const balancer =
    options.loadBalancer === 'shifting'
      ? await createShiftingBalancer(elb, {
          blue: await createWebTargetGroup(elb, 5),
          green: await createWebTargetGroup(elb, 5, 'web-2'),
        })
      : undefined;
  const targetGroupArn = options.loadBalancer === true ? await createWebTargetGroup(elb, 5) : undefined;
  for (const serviceName of ['web', ...(options.services ?? [])]) {
    const request = webService(cluster, 2, {
      serviceName,
      targetGroupArn,
      ...(balancer === undefined
        ? {}
        : { loadBalancers: [{ ...balancer.loadBalancer, containerName: 'app', containerPort: 8080 }] }),
      ...options.service,
    });
    await ecs.send(new CreateServiceCommand(request));
  }

  const service = async (name = 'web'): Promise<Service> => {
    const reply = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
    const [found] = reply.services ?? [];
    if (found === undefined) throw new Error(`there is no service ${name}`);
    return found;
  };
  const settled = async (name = 'web'): Promise<string> => {
    const state = await skipUntil(clock, async () => {
      const { deployments = [], desiredCount } = await service(name);
      const [only] = deployments;
      const isSteady =
        deployments.length === 1 && only?.rolloutState === 'COMPLETED' && only.runningCount === desiredCount;
      return isSteady ? only.taskDefinition : undefined;
    });
    return imageTag(ecs, state, tagOf);
  };

  if (options.hasRun !== false) {
    for (const name of ['web', ...(options.services ?? [])]) await settled(name);
  }
  const before = fargate.calls.all().map(({ operation }) => operation);
  const step = (inputs: Readonly<Record<string, string>>, environment: Step['environment'] = {}): Step => ({
    action,
    inputs: { cluster, service: 'web', ...inputs },
    environment: { ...fargate.environment, ...options.environment, ...environment },
    workspace,
  });
  const steps: RunningStep[] = [];
  const start: World['start'] = (inputs, environment) => {
    const running = startStep(step(inputs, environment));
    steps.push(running);
    return running;
  };
  return {
    fargate,
    ecs,
    url: balancer?.url ?? '',
    testUrl: balancer?.testUrl ?? '',
    skip: (seconds) => clock.skip(seconds),
    workspace,
    describeTaskDefinition: (taskDefinition) =>
      ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
    start,
    deploy: (inputs, environment) => start(inputs, environment).finished,
    post: (inputs, main, environment) => runPost(step(inputs, environment), main),
    callsBefore: (operations) => before.filter((operation) => operations.includes(operation)).length,
    called: async (operation) => {
      await until(fargate, () => Promise.resolve(fargate.calls.of(operation).length > 0 || undefined));
    },
    hit: async () => {
      const isHit = () => fargate.calls.all().some(({ fault }) => fault !== undefined);
      await until(fargate, () => Promise.resolve(isHit() || undefined));
    },
    serviceDeployments: (atLeast = 1) =>
      until(fargate, async () => {
        const reply = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service: 'web' }));
        const newestFirst = (reply.serviceDeployments ?? []).toSorted(
          (a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0),
        );
        return newestFirst.length < atLeast
          ? undefined
          : newestFirst.map(({ serviceDeploymentArn = '' }) => serviceDeploymentArn);
      }),
    tasksOf: (taskDefinition) =>
      until(fargate, async () => {
        const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, serviceName: 'web' }));
        if (!taskArns?.length) return undefined;
        const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
        const own = (tasks ?? []).filter((task) => task.taskDefinitionArn?.endsWith(`/${taskDefinition}`));
        return own.length > 0 ? own.map(({ taskArn = '' }) => taskArn) : undefined;
      }),
    service,
    settled,
    [Symbol.asyncDispose]: async () => {
      // A test that failed in the middle leaves a step that still writes.
      for (const running of steps) running.send('SIGKILL');
      await Promise.allSettled(steps.map(({ finished }) => finished));
      rmSync(workspace, { recursive: true, force: true });
      await fargate.close();
    },
  };
}

async function imageTag(
  ecs: ECSClient,
  taskDefinition: string,
  tagOf: (image: string) => string,
): Promise<string> {
  const reply = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return tagOf(reply.taskDefinition?.containerDefinitions?.[0]?.image ?? '');
}

/** Lets the local Fargate's time pass at once, second by second, until it is seen; for what nobody else waits for. */
async function skipUntil<T>(clock: RunningClock, seen: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await seen();
    if (found !== undefined) return found;
    clock.skip(1);
  }
}

/** Looks again each second of the local Fargate's clock; the test's own time limit is the end of patience. */
async function until<T>({ clock }: Fargate, seen: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await seen();
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => void clock.after(1, resolve));
  }
}
