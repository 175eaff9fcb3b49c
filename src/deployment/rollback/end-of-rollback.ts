import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import type { DeploymentRef } from '../../reference/deployment.ts';
import { type IdentifiedDeployment, isNewer, isSurelyNewer } from '../../service/primary.ts';
import type { RollbackStart } from './rollback-start.ts';

/** How a rollback ended, after it was followed. */
export type RollbackEnd =
  | {
      readonly kind: 'back';
      readonly deploymentId: string;
      readonly taskDefinitionArn: string;
      readonly running: number;
      readonly desired: number;
      /** False: at the time limit all its tasks ran and none had failed, and ECS had not called it completed yet. */
      readonly isCompleted: boolean;
    }
  /** Somebody began another deployment meanwhile. */
  | { readonly kind: 'not-ours'; readonly primaryId: string }
  /** Asked to roll back, it completed first: ECS allows that (documented). */
  | { readonly kind: 'completed'; readonly running: number; readonly desired: number }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'out-of-time' }
  | { readonly kind: 'interrupted' };

/** A rollback that can be followed. */
export type StartedRollback = RollbackStart & { readonly kind: 'by-ecs' | 'by-update' };

/**
 * How a rollback stands; undefined while it goes on. Pure.
 *
 * @param primary of the service; @param deployment our own service deployment, where ECS rolls it back and tells it
 */
export function endOfRollback(
  own: Pick<DeploymentRef, 'id' | 'createdAt'>,
  started: StartedRollback,
  primary: IdentifiedDeployment | undefined,
  deployment: Pick<ServiceDeployment, 'status' | 'statusReason' | 'finishedAt'> | undefined,
): RollbackEnd | undefined {
  const { runningCount: running = 0, desiredCount: desired = 0, rolloutState } = primary ?? {};
  const isBack = primary !== undefined && primary.id !== own.id;
  if (started.kind === 'by-ecs' && started.serviceDeploymentArn !== undefined && deployment === undefined)
    return undefined;
  const { status, statusReason } = deployment ?? {};
  if (status === 'ROLLBACK_FAILED' || (status === 'STOPPED' && !isBack)) {
    return { kind: 'failed', why: statusReason ?? `the service deployment ended as ${status}` };
  }
  if (status === 'SUCCESSFUL' && primary?.id === own.id) return { kind: 'completed', running, desired };
  // What is PRIMARY now is the old version only when ECS says that its rollback is over.
  if (status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS' || !isBack) return undefined;

  if (isAnother(own, started, primary, deployment)) return { kind: 'not-ours', primaryId: primary.id };

  if (rolloutState === 'FAILED') {
    return {
      kind: 'failed',
      why: primary.rolloutStateReason ?? 'the deployment of the old version failed too',
    };
  }
  return rolloutState === 'COMPLETED' || (rolloutState === undefined && running >= desired)
    ? {
        kind: 'back',
        deploymentId: primary.id,
        taskDefinitionArn: primary.taskDefinition,
        running,
        desired,
        isCompleted: true,
      }
    : undefined;
}

/** Whether PRIMARY is the rollback target with all its tasks running. */
export function isUp(
  own: Pick<DeploymentRef, 'id' | 'createdAt'>,
  started: StartedRollback,
  primary: IdentifiedDeployment | undefined,
): primary is IdentifiedDeployment {
  if (primary === undefined || primary.id === own.id) return false;
  if (isAnother(own, started, primary, undefined)) return false;
  const { runningCount = 0, desiredCount = 0, pendingCount = 0 } = primary;
  return runningCount >= desiredCount && pendingCount === 0;
}

/** Whether PRIMARY is neither our deployment nor the rollback of it. */
function isAnother(
  own: Pick<DeploymentRef, 'createdAt'>,
  started: StartedRollback,
  primary: IdentifiedDeployment,
  deployment: Pick<ServiceDeployment, 'status' | 'finishedAt'> | undefined,
): boolean {
  // ECS may roll back that update, too: then a deployment that is older than ours is PRIMARY again.
  if (started.kind === 'by-update')
    return primary.id !== started.deploymentId && isNewer(primary.createdAt, own.createdAt);
  const { status, finishedAt } = deployment ?? {};
  // The deployment that leads back is part of ours, so one made after the end of ours is somebody else's.
  if (status === 'ROLLBACK_SUCCESSFUL') return isSurelyNewer(primary.createdAt, finishedAt);
  // Another deployment stops ours (documented), also one that was asked to roll back.
  if (status === 'STOPPED') return isNewer(primary.createdAt, own.createdAt);
  return isSurelyNewer(primary.createdAt, own.createdAt);
}
