import type { Service } from '@aws-sdk/client-ecs';
import { Failure } from '../process/failure.ts';

interface Search {
  /** Where ECS looked for it, e.g. `account 123456789012, region eu-west-1`. */
  readonly place: string;
  /** An existing name that was probably meant. */
  readonly near: string | undefined;
}

export function clusterMissing(cluster: string, { place, near }: Search, cause: unknown): Failure {
  return new Failure({
    code: 'cluster-missing',
    fault: 'yours',
    message: `There is no cluster ${cluster} (${place}).${question(near)}`,
    advice:
      'Check the input cluster, the region (input region or AWS_REGION) and the account of the credentials.',
    cause,
  });
}

export function serviceMissing(cluster: string, name: string, { place, near }: Search): Failure {
  return new Failure({
    code: 'service-missing',
    fault: 'yours',
    message: `There is no service ${name} in the cluster ${cluster} (${place}).${question(near)}`,
    advice: 'Check the inputs service and cluster, the region and the account of the credentials.',
  });
}

function question(near: string | undefined): string {
  return near === undefined ? '' : ` Did you mean ${near}?`;
}

/**
 * Services that cannot be deployed to, or not yet by this action. Unknown controllers are refused too; strategies are not,
 * since ECS starts, shows and ends all of them by the same API (documented), and what its record shows is followed.
 */
export function unsupportedService(
  name: string,
  { status, deploymentController }: Service,
): Failure | undefined {
  if (status !== 'ACTIVE') {
    return new Failure({
      code: 'service-inactive',
      fault: 'yours',
      message: `The service ${name} is ${status ?? 'in no known state'}, not ACTIVE.`,
      advice: 'A service that was deleted has to be created again before it can be deployed to.',
    });
  }
  const controller = deploymentController?.type ?? 'ECS';
  if (controller === 'ECS') return undefined;
  return new Failure({
    code: 'service-unsupported',
    fault: 'yours',
    message: `The service ${name} uses the deployment controller ${controller}; this action works with ECS only.`,
    advice: 'Nothing was changed. Deploy this service with the tool that its controller needs.',
  });
}
