import { mkdtempSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { runningClock } from '../local/base/clock.ts';
import { type Fargate, type FargateOptions, startFargate } from '../local/fargate.ts';
import type { Behaviour } from '../local/runtime/simulated/behaviour.ts';
import type { CallRecord } from '../local/server/calls.ts';
import { type RunningStep, type StepRun, startStep } from '../scripts/runner.ts';
import { webService, webTaskDefinition } from '../scripts/web-service.ts';
import { registerTaskDefinition } from '../src/aws/document.ts';

/** A local Fargate with services that run v1 and are steady; measured steps of the bundle deploy to them. */
export interface Stage extends AsyncDisposable {
  /** Runs one step to its end. */
  run(
    services: readonly string[],
    inputs: Readonly<Record<string, string>>,
    meanwhile?: (step: RunningStep) => Promise<void>,
    environment?: Readonly<Record<string, string>>,
  ): Promise<Measured>;
  /** The path of a file that is gone with the stage. */
  file(name: string): string;
  /** When the newest service deployment of a service ended, whatever its end. */
  deploymentEnded(service: string): Promise<number>;
  /** When the containers of a service's failed tasks had ended, oldest first. */
  tasksFailed(service: string): Promise<readonly number[]>;
}

/** A step that has ended, with the calls that it made; moments are real milliseconds since the epoch. */
export interface Measured {
  readonly step: StepRun;
  readonly calls: readonly CallRecord[];
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface StageOptions {
  /** Each service with what the tasks of its next version do. */
  readonly services: Readonly<Record<string, Behaviour>>;
  /** How many of ECS's seconds pass in a real one. */
  readonly speed: number;
  readonly rates?: NonNullable<FargateOptions['rates']>;
}

const action = join(import.meta.dirname, '..');
/** The program of the step, as action.yml names it. */
export const program = join(action, 'dist', 'index.js');
const cluster = 'bench';
const tasksEach = 2;

/** The first version is up at once, so that little of the bench is set-up. */
const quick: Behaviour = {
  provisionSeconds: 0,
  pullSeconds: 0,
  startSeconds: 0,
  health: { status: 'HEALTHY', afterSeconds: 0 },
};

export async function startStage({ services, speed, rates = 'none' }: StageOptions): Promise<Stage> {
  const digests = new Map<string, string>();
  const fargate = await startFargate({
    runtime: 'simulated',
    clock: runningClock(speed),
    rates,
    behave: ({ taskDefinition, serviceName = '' }) => {
      const isFirst = JSON.stringify(taskDefinition).includes(digests.get('v1') ?? '');
      return isFirst ? quick : (services[serviceName] ?? {});
    },
  });
  const config = {
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  };
  // With published rates the stage's own calls have to wait like others.
  const ecs = new ECSClient({ ...config, maxAttempts: 20 });
  const workspace = mkdtempSync(join(tmpdir(), 'fargate-deploy-bench-'));
  await new ECRClient(config).send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  for (const tag of ['v1', 'v2']) digests.set(tag, fargate.images.put('web', { tags: [tag] }));
  await createServices(fargate, ecs, Object.keys(services), digests.get('v1') ?? '');
  await steady(fargate);
  // What creating the services took from ECS's API rates comes back: 5 of 50 a second (documented).
  if (rates === 'published') await pause(fargate, Object.keys(services).length / 5);

  let steps = 0;
  const realTime = (time: Date | undefined): number =>
    Date.now() - (fargate.clock.now() - (time?.getTime() ?? Number.NaN)) / speed;

  return {
    file: (name) => join(workspace, name),
    run: async (names, inputs, meanwhile, environment = {}) => {
      // A key of its own tells the calls of one step from those of another.
      const key = `step-${++steps}`;
      const startedAt = Date.now();
      const running = startStep({
        action,
        inputs: { cluster, service: names.join('\n'), ...inputs },
        environment: {
          ...fargate.environment,
          AWS_ACCESS_KEY_ID: key,
          AWS_CONFIG_FILE: devNull,
          AWS_SHARED_CREDENTIALS_FILE: devNull,
          ...environment,
        },
        workspace,
      });
      await meanwhile?.(running);
      const step = await running.finished;
      const endedAt = Date.now();
      const calls = fargate.calls.all().filter(({ accessKeyId }) => accessKeyId === key);
      return { step, calls, startedAt, endedAt };
    },
    deploymentEnded: async (service) => {
      const listed = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service }));
      const serviceDeploymentArns = (listed.serviceDeployments ?? [])
        .toSorted((one, other) => Number(other.createdAt) - Number(one.createdAt))
        .slice(0, 1)
        .flatMap(({ serviceDeploymentArn }) => serviceDeploymentArn ?? []);
      const read = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
      return realTime(read.serviceDeployments?.[0]?.finishedAt);
    },
    tasksFailed: async (serviceName) => {
      const { taskArns } = await ecs.send(
        new ListTasksCommand({ cluster, serviceName, desiredStatus: 'STOPPED' }),
      );
      const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      return (
        tasks
          // The scheduler alone ends the tasks of the earlier version.
          .filter(({ stopCode }) => stopCode !== 'ServiceSchedulerInitiated')
          .map(({ stoppingAt }) => realTime(stoppingAt))
          .toSorted((one, other) => one - other)
      );
    },
    [Symbol.asyncDispose]: async () => {
      rmSync(workspace, { recursive: true, force: true });
      await fargate.close();
    },
  };
}

async function createServices(
  fargate: Fargate,
  ecs: ECSClient,
  names: readonly string[],
  digest: string,
): Promise<void> {
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await registerTaskDefinition(ecs, webTaskDefinition(fargate, digest, { hasHealthCheck: true }));
  for (const serviceName of names) {
    await ecs.send(new CreateServiceCommand(webService(cluster, tasksEach, { serviceName })));
  }
}

/** Looks past the API, which may have to save its rates for the step. */
async function steady(fargate: Fargate): Promise<void> {
  const isSteady = (): boolean =>
    fargate.ecs
      .snapshot()
      .services.every(({ deployments }) =>
        deployments.every(({ rolloutState }) => rolloutState === 'COMPLETED'),
      );
  while (!isSteady()) await pause(fargate, 1);
}

function pause({ clock }: Fargate, seconds: number): Promise<void> {
  return new Promise((resolve) => void clock.after(seconds, resolve));
}
