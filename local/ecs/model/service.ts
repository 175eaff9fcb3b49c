import { numberOf } from '../../server/members.ts';
import type { Document, Json } from '../../server/operation.ts';
import type { Cluster } from '../operations/clusters.ts';
import type { Deployment } from './deployment.ts';
import { countTasks, describeDeployment } from './deployment.ts';
import { controllerOf } from '../rules/deployment-configuration.ts';
import type { ServiceEvent } from './events.ts';
import { describeEvent } from './events.ts';
import type { ServiceDeployment } from './service-deployment.ts';
import { settingsOfService } from './service-settings.ts';
import type { State } from './state.ts';
import type { Task } from './task.ts';

export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly createdAt: number;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desiredCount: number;
  taskDefinitionArn: string;
  /** Every other member as it was given, `deploymentConfiguration` with its defaults. */
  settings: Document;
  tags: readonly Document[];
  /** Newest first; INACTIVE ones are kept for a rollback. The PRIMARY is always there. */
  deployments: readonly [Deployment, ...Deployment[]];
  /** Newest first. */
  serviceDeployments: readonly ServiceDeployment[];
  /** The one whose end is awaited. */
  inFlight: ServiceDeployment | undefined;
  events: readonly ServiceEvent[];
  isSteady: boolean;
  /** Of CreateService: the same token once more answers the same service (documented). */
  readonly clientToken: string | undefined;
  /** When it became INACTIVE, in milliseconds since the epoch. */
  inactiveSince: number | undefined;
}

/** The deployment that is PRIMARY: the newest, or an older one after a rollback. */
export function primaryOf(service: Service): Deployment {
  return service.deployments.find((one) => one.status === 'PRIMARY') ?? service.deployments[0];
}

/** The tasks of a service, those that have ended included while they are remembered. */
export function tasksOf(state: State, service: Service): Task[] {
  return [...state.tasks.values()].filter((task) => task.owner?.service === service);
}

/** The service as DescribeServices answers it. */
export function describeService(
  service: Service,
  tasks: readonly Task[],
  shown: { readonly tags: boolean; readonly currentServiceDeployment: boolean },
): Document {
  const visible = service.deployments.filter((one) => one.status !== 'INACTIVE');
  visible.sort((one, other) => Number(other.status === 'PRIMARY') - Number(one.status === 'PRIMARY'));
  const current = service.serviceDeployments[0];
  const controller = controllerOf(service.settings);
  return {
    ...settingsOfService(service.settings),
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    ...countTasks(tasks),
    taskDefinition: service.taskDefinitionArn,
    platformFamily: 'Linux',
    deployments:
      service.status === 'INACTIVE' ? [] : visible.map((one) => describeDeployment(one, tasks, controller)),
    events: service.events.map(describeEvent),
    createdAt: service.createdAt / 1000,
    createdBy: `arn:aws:iam::${service.arn.split(':')[4] ?? ''}:user/local`,
    healthCheckGracePeriodSeconds: numberOf(service.settings, 'healthCheckGracePeriodSeconds') ?? 0,
    currentServiceDeployment: shown.currentServiceDeployment ? current?.arn : undefined,
    currentServiceRevisions: visible.map((one): Json => {
      const counts = countTasks(tasks.filter((task) => task.owner?.deployment === one));
      return {
        arn: one.revision.arn,
        requestedTaskCount: one.desiredCount,
        runningTaskCount: counts.runningCount,
        pendingTaskCount: counts.pendingCount,
      };
    }),
    tags: shown.tags ? [...service.tags] : undefined,
  };
}
