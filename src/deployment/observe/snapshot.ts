import type { Deployment, Service, ServiceDeployment, ServiceEvent } from '@aws-sdk/client-ecs';
import type { TargetGroups } from '../../service/target-groups.ts';
import type { TaskView } from '../../service/task.ts';
import type { Protection } from './protection.ts';
import type { Pause } from './stage.ts';
import type { StageSpan } from './stage-span.ts';

/** A pause, and when it was first observed. */
export interface ObservedPause extends Pause {
  readonly since: Date;
}

/** What is known of a rollout at one moment. Made by observe.ts, judged by judge.ts. */
export interface Snapshot {
  /** The deployment's id, `ecs-svc/<N>`. */
  readonly deploymentId: string;
  /** When AWS made it, by AWS's clock. */
  readonly createdAt: Date | undefined;
  /** What the service wants by the update that began the deployment. */
  readonly wantedCount: number;
  /** The service as last read; undefined until it was. */
  readonly service: Service | undefined;
  /** The events of all readings of the service, newest first: ECS shows the newest 100 alone (documented). */
  readonly events: readonly ServiceEvent[];
  /** The service deployment as last read; undefined where it is not found yet or may not be read. */
  readonly serviceDeployment: ServiceDeployment | undefined;
  /** Every task of this deployment observed so far, in its last state (ECS forgets stopped ones). */
  readonly tasks: readonly TaskView[];
  /** The healthy ones of them, each with when it was first observed healthy (our clock, milliseconds). */
  readonly healthy: ReadonlyMap<string, number>;
  /** Whether any task of this deployment was ever observed healthy. */
  readonly wasHealthy: boolean;
  /** When a failure was first observed, by task (our clock, milliseconds). */
  readonly failureSeen: ReadonlyMap<string, number>;
  /** Whether the service was read just now, after the service deployment. */
  readonly isServiceFresh: boolean;
  /** Old tasks that ECS may not stop yet; undefined where none is known to be so. */
  readonly protection: Protection | undefined;
  /** The groups of the new tasks; both of a pair as long as it is unknown which one they use. */
  readonly targetGroups: TargetGroups;
  /** The lifecycle stages so far, in order; empty where ECS shows none. */
  readonly stages: readonly StageSpan[];
  /** Since the current stage was first observed. */
  readonly stageSeconds: number;
  /** The pause that waited at the last reading in which the deployment was in progress. */
  readonly lastPause: ObservedPause | undefined;
  /** Whether a reading showed that a rollback was requested, by whomever. */
  readonly isRollbackRequested: boolean;
  /** When ECS first called the deployment completed (our clock, milliseconds), and for how long it has. */
  readonly completed: { readonly at: number; readonly seconds: number } | undefined;
  /** Since UpdateService was answered. */
  readonly elapsedSeconds: number;
  /** Since anything about the rollout changed. */
  readonly idleSeconds: number;
}

/** Our entry of the service's `deployments[]`. */
export function ownDeployment({ service, deploymentId }: Snapshot): Deployment | undefined {
  return service?.deployments?.find(({ id }) => id === deploymentId);
}

/** How many tasks the new version wants, and has. */
export interface Counts {
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
}

/** The newest of the two sources: the service deployment is read most often, and speaks of the target alone. */
export function countsOf(snapshot: Snapshot): Counts {
  const target = snapshot.serviceDeployment?.targetServiceRevision;
  const own = ownDeployment(snapshot);
  const desired = snapshot.service?.desiredCount ?? snapshot.wantedCount;
  return {
    desired,
    running: target?.runningTaskCount ?? own?.runningCount ?? 0,
    pending: target?.pendingTaskCount ?? own?.pendingCount ?? 0,
  };
}
