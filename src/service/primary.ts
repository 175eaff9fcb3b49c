import type { Deployment, Service } from '@aws-sdk/client-ecs';
import type { DeploymentRef, ServiceRef } from '../reference/deployment.ts';

/** A deployment of a service with what tells it from others; ECS always shows both. */
export type IdentifiedDeployment = Deployment & { readonly id: string; readonly taskDefinition: string };

/** The PRIMARY deployment of a service; undefined when ECS shows none, or none that can be identified. */
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
  return deployment.id !== undefined && deployment.taskDefinition !== undefined;
}

/**
 * Whether their deployment began after ours. ECS makes an older one PRIMARY again when it rolls back; one with an unknown
 * time counts as newer.
 */
export function isNewer(theirs: Date | undefined, ours: Date | undefined): boolean {
  return !(at(theirs) <= at(ours));
}

/** The same, where an unknown time proves nothing. */
export function isSurelyNewer(theirs: Date | undefined, ours: Date | undefined): boolean {
  return at(theirs) > at(ours);
}

/** NaN for an unknown time: no comparison holds with it. */
function at(time: Date | undefined): number {
  return time?.getTime() ?? Number.NaN;
}
