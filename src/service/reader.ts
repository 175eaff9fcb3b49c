import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  GetTaskProtectionCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  type ProtectedTask,
  type Service,
  type ServiceDeployment,
  type ServiceRevision,
  type Task,
} from '@aws-sdk/client-ecs';
import { batched } from '../aws/batch.ts';
import { optionsOf } from '../aws/document.ts';
import type { Clock } from '../process/clock.ts';
import { type IdentifiedTask, isIdentifiedTask, type TaskView, taskView } from './task.ts';

/**
 * The reads by which rollouts are followed, shared by all rollouts of a run. Each is sent once: a read that fails is
 * tried again at the next tick, by who asked for it.
 */
export interface Reader {
  service(clusterArn: string, serviceArn: string): Promise<Service | undefined>;
  serviceDeployment(serviceDeploymentArn: string): Promise<ServiceDeployment | undefined>;
  serviceRevision(serviceRevisionArn: string): Promise<ServiceRevision | undefined>;
  /** The service deployments begun since a time of AWS's own, as `[arn, target revision's arn, created]`. */
  serviceDeploymentsSince(
    clusterArn: string,
    serviceArn: string,
    since: Date | undefined,
  ): Promise<readonly StartedDeployment[]>;
  /** The ARNs of a service's tasks that run or start, or that stop or stopped and are not yet forgotten. */
  taskArns(
    clusterArn: string,
    serviceName: string,
    desired: 'RUNNING' | 'STOPPED',
  ): Promise<readonly string[]>;
  /** Sorts these tasks by whether a deployment started them. */
  tasks(clusterArn: string, arns: readonly string[], deploymentId: string): Promise<TasksRead>;
  /** The scale-in protection of tasks; of the first hundred, as many as a call takes (documented). */
  protection(clusterArn: string, arns: readonly string[]): Promise<readonly ProtectedTask[]>;
  /** The same reads, shared with everybody else; here they end when the signal is aborted. */
  until(signal: AbortSignal): Reader;
  /** Resolves at the next moment for reading, the same for all who wait. */
  tick(signal: AbortSignal): Promise<void>;
  /** Tells that a read was throttled: for a while the ticks come half as often. */
  slowDown(): void;
}

/** A task that is in neither was not shown: forgotten, or so young that ECS lists it and does not describe it yet. */
export interface TasksRead {
  readonly own: readonly TaskView[];
  /** The ARNs of those that something else started. */
  readonly foreign: readonly string[];
}

interface StartedDeployment {
  readonly arn: string;
  readonly targetServiceRevisionArn: string | undefined;
  readonly createdAt: Date | undefined;
}

/** Between two ticks; with jitter, and below the 3 s in which an end is to be seen. */
const tickMilliseconds = { least: 2_500, most: 2_800 };

export function createReader(ecs: ECSClient, clock: Clock): Reader {
  const services = new Map<string, ReturnType<typeof batched<Service>>>();
  const tasks = new Map<string, ReturnType<typeof batched<IdentifiedTask>>>();
  const readServiceDeployment = batched<ServiceDeployment>(20, async (arns, abortSignal) => {
    const reply = await ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...arns] }),
      {
        abortSignal,
      },
    );
    return byKey(reply.serviceDeployments, ({ serviceDeploymentArn }) => serviceDeploymentArn);
  });
  let slowUntil = 0;
  let next: Promise<void> | undefined;

  const readsUntil = (signal: AbortSignal | undefined): Reader => ({
    service: (cluster, serviceArn) => {
      const read =
        services.get(cluster) ??
        batched<Service>(10, async (arns, abortSignal) => {
          const reply = await ecs.send(new DescribeServicesCommand({ cluster, services: [...arns] }), {
            abortSignal,
          });
          return byKey(reply.services, ({ serviceArn: arn }) => arn);
        });
      services.set(cluster, read);
      return read(serviceArn, signal);
    },

    serviceDeployment: (arn) => readServiceDeployment(arn, signal),

    serviceRevision: async (arn) => {
      const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: [arn] });
      return (await ecs.send(command, optionsOf(signal))).serviceRevisions?.[0];
    },

    serviceDeploymentsSince: async (cluster, service, since) => {
      const reply = await ecs.send(
        new ListServiceDeploymentsCommand({
          cluster,
          service,
          maxResults: 100,
          ...(since === undefined ? {} : { createdAt: { after: since } }),
        }),
        optionsOf(signal),
      );
      return (reply.serviceDeployments ?? []).flatMap(
        ({ serviceDeploymentArn: arn, targetServiceRevisionArn, createdAt }) =>
          arn === undefined ? [] : { arn, targetServiceRevisionArn, createdAt },
      );
    },

    taskArns: async (cluster, serviceName, desiredStatus) => {
      const arns: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await ecs.send(
          new ListTasksCommand({ cluster, serviceName, desiredStatus, ...(nextToken ? { nextToken } : {}) }),
          optionsOf(signal),
        );
        arns.push(...(page.taskArns ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined && arns.length < 5_000);
      return arns;
    },

    tasks: async (cluster, arns, deploymentId) => {
      const read =
        tasks.get(cluster) ??
        // The lists of many services come one by one; their tasks are read together.
        batched<IdentifiedTask>(
          100,
          async (some, abortSignal) => {
            const command = new DescribeTasksCommand({ cluster, tasks: [...some] });
            const reply = await ecs.send(command, { abortSignal });
            return byKey(reply.tasks?.filter(isIdentifiedTask), ({ taskArn }) => taskArn);
          },
          'in-turn',
        );
      tasks.set(cluster, read);
      const found = (await Promise.all(arns.map((arn) => read(arn, signal)))).filter(
        (task) => task !== undefined,
      );
      const isOwn = ({ startedBy }: Task): boolean => startedBy === deploymentId;
      return {
        own: found.filter(isOwn).map(taskView),
        foreign: found.filter((task) => !isOwn(task)).map(({ taskArn }) => taskArn),
      };
    },

    protection: async (cluster, arns) => {
      if (arns.length === 0) return [];
      const command = new GetTaskProtectionCommand({ cluster, tasks: arns.slice(0, 100) });
      const reply = await ecs.send(command, optionsOf(signal));
      return reply.protectedTasks ?? [];
    },

    until: readsUntil,

    tick: (ended) => {
      const { least, most } = tickMilliseconds;
      const pause = (least + clock.random() * (most - least)) * (clock.now() < slowUntil ? 2 : 1);
      next ??= clock.sleep(pause, ended).then(() => {
        next = undefined;
      });
      return next;
    },

    slowDown: () => {
      slowUntil = clock.now() + 30_000;
    },
  });
  return readsUntil(undefined);
}

/** What an answer describes, by ARN. What has no ARN counts as not described: nobody can say what it is. */
function byKey<T>(
  described: readonly T[] = [],
  arnOf: (one: T) => string | undefined,
): ReadonlyMap<string, T> {
  return new Map(
    described.flatMap((one) => {
      const arn = arnOf(one);
      return arn === undefined ? [] : [[arn, one] as const];
    }),
  );
}
