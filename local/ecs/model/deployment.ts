import type { Document } from '../../server/operation.ts';
import type { BackOff } from './back-off.ts';
import type { ServiceRevision } from './service-revision.ts';
import type { Task } from './task.ts';
import { isPending, isRunning } from './task.ts';

/** One entry of `deployments` of a service, kept for a rollback when DescribeServices no longer shows it. */
export interface Deployment {
  /** `ecs-svc/<N>`; its service revision ends in the same number. */
  readonly id: string;
  readonly revision: ServiceRevision;
  readonly createdAt: number;
  updatedAt: number;
  status: 'PRIMARY' | 'ACTIVE' | 'INACTIVE';
  rolloutState: string | undefined;
  rolloutStateReason: string;
  /** How many tasks it should have; an older deployment's goes down as the newer one's tasks become healthy. */
  desiredCount: number;
  /** As documented: consecutive failures, 0 and no longer counted once a task was healthy. */
  failedTasks: number;
  /** What the circuit breaker counts. */
  failureCount: number;
  hadHealthyTask: boolean;
  /** Its first tasks failed before the tags of its images were resolved to digests. */
  unresolvedFailures: number;
  isResolved: boolean;
  backOff: BackOff;
  /** It has failed and launches nothing more. */
  isHalted: boolean;
  bakeStartedAt: number | undefined;
  /** Set by `interfere`: shown instead of the truth. */
  shown: { readonly rolloutState: string | undefined } | undefined;
  /** Alarms that were in ALARM when it began: not looked at during it (documented). */
  readonly ignoredAlarms: ReadonlySet<string>;
}

export interface Counts {
  readonly pendingCount: number;
  readonly runningCount: number;
}

export function countTasks(tasks: readonly Task[]): Counts {
  return { pendingCount: tasks.filter(isPending).length, runningCount: tasks.filter(isRunning).length };
}

/** The deployment as DescribeServices shows it. */
export function describeDeployment(
  deployment: Deployment,
  tasks: readonly Task[],
  controller: string,
): Document {
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
