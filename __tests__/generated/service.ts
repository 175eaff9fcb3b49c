import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  type LoadBalancer,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ManualClock } from '../../local/base/clock.ts';
import type { DeploymentShown, InFlightShown } from '../../local/ecs/snapshot.ts';
import type { Fargate } from '../../local/fargate.ts';
import type { Document } from '../../local/server/operation.ts';
import { createShiftingBalancer } from '../../scripts/shifting-balancer.ts';
import { createWebTargetGroup, webLogs, webService, webTaskDefinition } from '../../scripts/web-service.ts';
import { registerTaskDefinition } from '../../src/aws/document.ts';
import type { RolloutCase } from './rollout-case.ts';
import { lifecycleHooks } from './strategy-case.ts';

export const cluster = 'staging';

/** The credentials of everybody but the run. */
export const others = { accessKeyId: 'others', secretAccessKey: 'test' };

/**
 * Makes the repository with its images, and the service `web` with v1.
 *
 * @param digests gets the tag of each digest
 * @returns the load balancer whose traffic ECS shifts, where there is one
 */
export async function makeService(
  one: RolloutCase,
  fargate: Fargate,
  digests: Map<string, string>,
): Promise<LoadBalancer | undefined> {
  const config = {
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: others,
  };
  await using clients = new AsyncDisposableStack();
  const opened = <T extends { destroy(): void }>(client: T): T => {
    clients.defer(() => client.destroy());
    return client;
  };
  const ecs = opened(new ECSClient(config));
  await Promise.all([
    opened(new ECRClient(config)).send(new CreateRepositoryCommand({ repositoryName: 'web' })),
    opened(new CloudWatchLogsClient(config)).send(new CreateLogGroupCommand({ logGroupName: '/ecs/web' })),
    ecs.send(new CreateClusterCommand({ clusterName: cluster })),
  ]);
  for (const tag of ['v1', 'v2', 'v3']) digests.set(fargate.images.put('web', { tags: [tag] }), tag);
  for (const tag of ['v1', 'v3']) {
    const digest = [...digests].find(([, name]) => name === tag)?.[0] ?? '';
    const options = { hasHealthCheck: one.containerCheck, container: webLogs(fargate) };
    await registerTaskDefinition(ecs, webTaskDefinition(fargate, digest, options));
  }
  const elb = opened(new ElasticLoadBalancingV2Client(config));
  const shifting =
    one.loadBalancer && one.strategy !== undefined
      ? (
          await createShiftingBalancer(elb, {
            blue: await createWebTargetGroup(elb, 10),
            green: await createWebTargetGroup(elb, 10, 'web-2'),
          })
        ).loadBalancer
      : undefined;
  const targetGroupArn =
    one.loadBalancer && one.strategy === undefined ? await createWebTargetGroup(elb, 10) : undefined;
  const [minimumHealthyPercent, maximumPercent] = one.percents;
  await ecs.send(
    new CreateServiceCommand(
      webService(cluster, one.count, {
        targetGroupArn,
        ...(shifting === undefined
          ? {}
          : { loadBalancers: [{ ...shifting, containerName: 'app', containerPort: 8080 }] }),
        deploymentConfiguration: {
          ...one.strategy?.configuration,
          minimumHealthyPercent,
          maximumPercent,
          deploymentCircuitBreaker: { enable: one.breaker !== 'off', rollback: one.breaker === 'rollback' },
          ...(one.hasAlarm ? { alarms: { alarmNames: ['errors'], enable: true, rollback: true } } : {}),
        },
      }),
    ),
  );
  return shifting;
}

/** Adds the case's lifecycle hooks, which the deployments before the run don't call; starts no deployment (documented). */
export async function addHooks({ strategy }: RolloutCase, fargate: Fargate): Promise<void> {
  if (strategy === undefined || strategy.hooks.length === 0) return;
  const ecs = new ECSClient({
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: others,
  });
  try {
    const deploymentConfiguration = { lifecycleHooks: [...lifecycleHooks(strategy)] };
    await ecs.send(new UpdateServiceCommand({ cluster, service: 'web', deploymentConfiguration }));
  } finally {
    ecs.destroy();
  }
}

/** The image's tag of a task definition's only container. */
export function tagOf(definition: Document, digests: ReadonlyMap<string, string>): string {
  const containers = definition.containerDefinitions;
  const image = Array.isArray(containers) ? String(Object(containers[0]).image) : '';
  return digests.get(image.split('@')[1] ?? '') ?? image;
}

/** The truth about the service, from the inside: no call, no fault, no delay. */
export interface Watch {
  deployments(): readonly DeploymentShown[];
  primary(): DeploymentShown | undefined;
  inFlight(): InFlightShown | undefined;
  status(): string | undefined;
  /** Whether nothing moves any more: one deployment, its tasks as wanted. */
  isQuiet(): boolean;
  desiredCount(): number | undefined;
  /** The task definitions (`web:1`) of which a task was ever healthy. */
  readonly healthy: ReadonlySet<string>;
  /** The tasks that failed, with the deployment that had started them and when they did. */
  readonly failures: ReadonlyMap<string, { readonly deployment: string | undefined; readonly at: number }>;
}

export function watchService(fargate: Fargate): Watch {
  const healthy = new Set<string>();
  const failures = new Map<string, { readonly deployment: string | undefined; readonly at: number }>();
  const look = (): void => {
    for (const { taskId, health, taskDefinition, stoppedReason, startedBy } of fargate.ecs.snapshot().tasks) {
      if (health === 'healthy') healthy.add(taskDefinition);
      if (stoppedReason === undefined || failures.has(taskId)) continue;
      if (!/Scaling activity|Spot Task|stopped by user/.test(stoppedReason)) {
        failures.set(taskId, { deployment: startedBy, at: fargate.clock.now() });
      }
    }
  };
  fargate.ecs.onChange(look);
  const service = () => fargate.ecs.snapshot().services.find(({ name }) => name === 'web');
  return {
    healthy,
    failures,
    desiredCount: () => service()?.desiredCount,
    deployments: () => service()?.deployments ?? [],
    primary: () => service()?.deployments.find(({ status }) => status === 'PRIMARY'),
    inFlight: () => service()?.inFlight,
    status: () => service()?.status,
    isQuiet: () => {
      const { deployments = [], desiredCount, inFlight } = service() ?? {};
      const [only] = deployments;
      const isOnly = deployments.length === 1 && inFlight === undefined;
      return isOnly && only?.running === desiredCount && only?.rolloutState === 'COMPLETED';
    },
  };
}

/** Moves the clock on until it is so, for at most that many seconds. */
export async function letPass(clock: ManualClock, seconds: number, isSo: () => boolean): Promise<void> {
  const until = clock.now() + seconds * 1000;
  while (!isSo() && clock.now() < until) {
    clock.advance(5);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
