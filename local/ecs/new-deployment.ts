import { arn } from '../account.ts';
import { pick } from '../server/members.ts';
import { noBackOff } from './back-off.ts';
import type { Deployment } from './deployment.ts';
import { newDeploymentNumber } from './ids.ts';
import { reasons } from './rollout-reasons.ts';
import type { Service } from './service.ts';
import { isResolvedFromTheStart, platformVersionOf, revisionSettings } from './service-revision.ts';
import type { State } from './state.ts';
import type { TaskDefinition } from './task-definitions.ts';

/** A deployment of the service that has not begun yet, with the service revision that it runs. */
export function newDeployment(
  state: State,
  service: ServiceToDeploy,
  definition: TaskDefinition,
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
    },
    createdAt: now,
    updatedAt: now,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: reasons.inProgress(id),
    desiredCount: service.desiredCount,
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
