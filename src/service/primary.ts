import type { Deployment, Service } from '@aws-sdk/client-ecs';
import type { DeploymentRef, ServiceRef } from '../reference/deployment.ts';

/** A deployment of a service that ECS shows with its id. */
export type IdentifiedDeployment = Deployment & { readonly id: string };

/** PRIMARY of a service; undefined where none is shown, or none that can be told from others. */
export function primaryOf(
  service: Pick<Service, 'deployments'> | undefined,
): IdentifiedDeployment | undefined {
  return service?.deployments?.filter(isIdentified).find(({ status }) => status === 'PRIMARY');
}

/** @param target the ARN of the task definition that it deploys */
export function deploymentRefOf(
  { name, arn, clusterArn }: ServiceRef,
  { id, createdAt }: IdentifiedDeployment,
  target: string,
): DeploymentRef {
  return { service: { name, arn, clusterArn }, id, createdAt, target };
}

function isIdentified(deployment: Deployment): deployment is IdentifiedDeployment {
  return deployment.id !== undefined;
}
