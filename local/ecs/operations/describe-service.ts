import { numberOf } from '../../server/members.ts';
import type { Document, Json } from '../../server/operation.ts';
import type { Deployment } from '../model/deployment.ts';
import { describeEvent } from '../model/events.ts';
import type { Service } from '../model/service.ts';
import { settingsOfService } from '../model/service-settings.ts';
import { type State, tasksOf } from '../model/state.ts';
import { countTasks, type Task } from '../model/task.ts';
import { controllerOf } from '../rules/deployment-configuration.ts';

/** The service as DescribeServices (or, for `isReply`, an operation that changes it) answers it. */
export function showService(
  state: State,
  service: Service,
  { tags, isReply }: { readonly tags: boolean; readonly isReply: boolean },
): Document {
  const currentServiceDeployment = !isReply || state.readings.currentServiceDeploymentInReply === 'present';
  return describeService(service, tasksOf(state, service), { tags, currentServiceDeployment });
}

function describeService(
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

/** The deployment as DescribeServices shows it. */
function describeDeployment(deployment: Deployment, tasks: readonly Task[], controller: string): Document {
  const { settings } = deployment.revision;
  const own = tasks.filter((task) => task.owner?.deployment === deployment);
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.revision.definition.arn,
    desiredCount: deployment.desiredCount,
    ...countTasks(own),
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt / 1000,
    updatedAt: deployment.updatedAt / 1000,
    launchType: settings['launchType'],
    capacityProviderStrategy: settings['capacityProviderStrategy'],
    platformVersion: deployment.revision.platformVersion,
    platformFamily: 'Linux',
    networkConfiguration: settings['networkConfiguration'],
    serviceConnectConfiguration: settings['serviceConnectConfiguration'],
    volumeConfigurations: settings['volumeConfigurations'],
    vpcLatticeConfigurations: settings['vpcLatticeConfigurations'],
    ...(controller === 'ECS' && shownRollout(deployment)),
  };
}

/** Only services of the controller ECS have it (documented). */
function shownRollout({ shown, rolloutState, rolloutStateReason }: Deployment): Document {
  const state = shown === undefined ? rolloutState : shown.rolloutState;
  return state === undefined ? {} : { rolloutState: state, rolloutStateReason };
}
