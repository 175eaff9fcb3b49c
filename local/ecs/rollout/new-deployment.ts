import { arn } from '../../base/account.ts';
import { documentOf, pick } from '../../server/members.ts';
import { noBackOff } from '../model/back-off.ts';
import type { Deployment } from '../model/deployment.ts';
import { newDeploymentNumber } from '../model/ids.ts';
import type { Service } from '../model/service.ts';
import { isResolvedFromTheStart, platformVersionOf, revisionSettings } from '../model/service-revision.ts';
import type { State } from '../model/state.ts';
import { shiftsTraffic } from '../model/strategy.ts';
import type { TaskDefinition } from '../model/task-definition.ts';
import { liveGroupsFor } from './live-groups.ts';
import { reasons } from './reasons.ts';

/** A deployment of the service that has not begun yet, with the service revision that it runs. */
export function newDeployment(
  state: State,
  service: ServiceToDeploy,
  definition: TaskDefinition,
  live: Deployment | undefined,
): Deployment {
  const now = state.clock.now();
  const number = newDeploymentNumber();
  const id = `ecs-svc/${number}`;
  const settings = pick(service.settings, revisionSettings);
  return {
    id,
    revision: {
      arn: arn(state.account, 'ecs', `service-revision/${service.cluster.name}/${service.name}/${number}`),
      serviceArn: service.arn,
      clusterArn: service.cluster.arn,
      definition,
      settings,
      platformVersion: platformVersionOf(settings),
      createdAt: now,
      imageDigests: {},
      liveGroups: liveGroupsFor(service.settings, live),
    },
    createdAt: now,
    updatedAt: now,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: reasons.inProgress(id),
    desiredCount: shiftsTraffic(documentOf(service.settings, 'deploymentConfiguration'))
      ? 0
      : service.desiredCount,
    failedTasks: 0,
    failureCount: 0,
    hadHealthyTask: false,
    unresolvedFailures: 0,
    isResolved: isResolvedFromTheStart(definition),
    backOff: noBackOff,
    isHalted: false,
    bakeStartedAt: undefined,
    shown: undefined,
    ignoredAlarms: new Set(state.alarms),
  };
}

type ServiceToDeploy = Pick<Service, 'name' | 'arn' | 'cluster' | 'settings' | 'desiredCount'>;
