import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';

/**
 * What two readings of a deployment have in common when nothing has moved between them: statuses and counts, and nothing that
 * changes by itself. Pure.
 * @param tasks of the deployment, by their states
 */
export function signatureOf(
  service: Service | undefined,
  serviceDeployment: ServiceDeployment | undefined,
  tasks: unknown,
): string {
  const target = serviceDeployment?.targetServiceRevision;
  return JSON.stringify([
    serviceDeployment?.status,
    serviceDeployment?.lifecycleStage,
    target?.runningTaskCount,
    target?.pendingTaskCount,
    target?.requestedProductionTrafficWeight,
    target?.requestedTestTrafficWeight,
    serviceDeployment?.lifecycleHookDetails?.map(({ hookId, status }) => [hookId, status]),
    serviceDeployment?.sourceServiceRevisions?.map(({ runningTaskCount }) => runningTaskCount),
    service?.status,
    service?.deployments?.map(({ id, status, rolloutState, runningCount, pendingCount, failedTasks }) => [
      id,
      status,
      rolloutState,
      runningCount,
      pendingCount,
      failedTasks,
    ]),
    tasks,
  ]);
}
