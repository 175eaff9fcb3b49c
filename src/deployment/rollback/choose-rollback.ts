import type { Deployment } from '@aws-sdk/client-ecs';
import type { DeploymentRef } from '../../reference/deployment.ts';
import { type IdentifiedDeployment, isNewer, isSurelyNewer, primaryOf } from '../../service/primary.ts';
import type { JsonObject } from '../../text/json.ts';
import type { RollbackStart } from './rollback-start.ts';

/**
 * What our own service deployment says to do: follow the rollback that runs, ask for one, or see what is PRIMARY. Pure.
 * @param status undefined: it is not to be read
 */
export function rollbackByStatus(
  status: string | undefined,
  hasRollbackTarget: boolean,
): 'follow' | 'stop' | 'check-primary' {
  // Nothing more is to be expected of a rollback that failed.
  if (status?.startsWith('ROLLBACK') && status !== 'ROLLBACK_FAILED') return 'follow';
  return hasRollbackTarget && (status === 'PENDING' || status === 'IN_PROGRESS') ? 'stop' : 'check-primary';
}

/** What is PRIMARY, and when our own deployment was made. */
export interface PrimaryState {
  readonly primary: IdentifiedDeployment | undefined;
  readonly createdAt: Date | undefined;
  /**
   * A reading in which ours is missing may be older than ours (ECS is eventually consistent), so it is believed only when
   * PRIMARY is surely newer, or after several looks.
   */
  readonly isKnown: boolean;
}

/** Pure. */
export function primaryStateOf(
  deployments: Deployment[] | undefined,
  deployment: Pick<DeploymentRef, 'id' | 'createdAt'>,
): PrimaryState {
  const primary = primaryOf({ deployments });
  const own = deployments?.find(({ id }) => id === deployment.id);
  const createdAt = own?.createdAt ?? deployment.createdAt;
  return { primary, createdAt, isKnown: own !== undefined || isSurelyNewer(primary?.createdAt, createdAt) };
}

/** What is left to do once PRIMARY is known: only our own deployment is updated away. Pure. */
export function rollbackByPrimary(
  { primary, createdAt }: Omit<PrimaryState, 'isKnown'>,
  {
    deployment,
    status,
    rollsBackCompleted,
  }: {
    readonly deployment: Pick<DeploymentRef, 'id'>;
    /** The status of our own service deployment. */
    readonly status: string | undefined;
    readonly rollsBackCompleted: boolean;
  },
):
  | { readonly kind: 'follow' }
  | { readonly kind: 'update' }
  | (RollbackStart & { readonly kind: 'not-ours' | 'completed' }) {
  if (primary === undefined) return { kind: 'not-ours', primaryId: undefined };
  const { id, rolloutState, runningCount: running = 0, desiredCount: desired = 0 } = primary;
  if (id !== deployment.id) {
    return isNewer(primary.createdAt, createdAt) ? { kind: 'not-ours', primaryId: id } : { kind: 'follow' };
  }
  const isCompleted = status === 'SUCCESSFUL' || rolloutState === 'COMPLETED';
  return isCompleted && !rollsBackCompleted ? { kind: 'completed', running, desired } : { kind: 'update' };
}

/**
 * The update that leads back. The same revision again (only settings or a forced deployment failed) needs a deployment all
 * the same; so does a strategy that is put back. Pure.
 *
 * @param settings members of UpdateService that go back with it
 */
export function rollbackRequestOf(
  taskDefinition: string,
  { service, target }: Pick<DeploymentRef, 'service' | 'target'>,
  settings: JsonObject,
): JsonObject {
  const needsForce = taskDefinition === target || settings.capacityProviderStrategy !== undefined;
  return {
    cluster: service.clusterArn,
    service: service.arn,
    taskDefinition,
    ...settings,
    ...(needsForce ? { forceNewDeployment: true } : {}),
  };
}
