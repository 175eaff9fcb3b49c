import type { Deployment, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';

/** The deployment to roll back to; the caller reads its task definition where only a revision is known. */
export type RollbackSource =
  | { readonly kind: 'revision'; readonly serviceRevisionArn: string }
  | { readonly kind: 'task-definition'; readonly taskDefinitionArn: string }
  | { readonly kind: 'none' };

/**
 * Chooses the rollback target: the newest service deployment that succeeded; where that history is not known,
 * the deployment that is COMPLETED. Never the one in flight, never "revision minus one".
 *
 * @param history newest first; undefined when ECS does not tell it
 * @param deployments the service's `deployments[]`
 */
export function chooseRollbackTarget(
  history: readonly ServiceDeploymentBrief[] | undefined,
  deployments: readonly Deployment[],
): RollbackSource {
  const succeeded = history?.find(
    ({ status, targetServiceRevisionArn }) =>
      status === 'SUCCESSFUL' && targetServiceRevisionArn !== undefined,
  );
  if (succeeded?.targetServiceRevisionArn !== undefined)
    return { kind: 'revision', serviceRevisionArn: succeeded.targetServiceRevisionArn };

  const completed =
    deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED') ?? onlyStable(deployments);
  return completed?.taskDefinition === undefined
    ? { kind: 'none' }
    : { kind: 'task-definition', taskDefinitionArn: completed.taskDefinition };
}

/** `rolloutState` can be absent (documented, for a Classic Load Balancer): alone and at full count is as good. */
function onlyStable(deployments: readonly Deployment[]): Deployment | undefined {
  const [only, ...others] = deployments;
  if (only === undefined || others.length > 0 || only.rolloutState !== undefined) return undefined;
  const { desiredCount = 0, runningCount = 0 } = only;
  return desiredCount > 0 && runningCount === desiredCount ? only : undefined;
}
