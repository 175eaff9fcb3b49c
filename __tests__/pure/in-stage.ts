import type { ServiceDeployment } from '@aws-sdk/client-ecs';

/** A record in a stage with the weights of production and test traffic. */
export function inStage(
  lifecycleStage: string,
  production?: number,
  test?: number,
  part: Partial<ServiceDeployment> = {},
): ServiceDeployment {
  return {
    status: 'IN_PROGRESS',
    lifecycleStage: lifecycleStage as NonNullable<ServiceDeployment['lifecycleStage']>,
    targetServiceRevision: {
      ...(production !== undefined && { requestedProductionTrafficWeight: production }),
      ...(test !== undefined && { requestedTestTrafficWeight: test }),
    },
    ...part,
  };
}
