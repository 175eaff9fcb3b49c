import type { Service } from '@aws-sdk/client-ecs';
import { incompleteAnswer } from '../aws/incomplete-answer.ts';
import type { Failure } from '../process/failure.ts';

/** The API reference requires none of them; its examples have all of a service that ECS itself deploys. */
const identifyingMembers = ['serviceName', 'serviceArn', 'clusterArn', 'taskDefinition'] as const;

/** A service with the members that tell it from every other, and the ARN of the task definition that it runs. */
export type IdentifiedService = Service & {
  readonly [Member in (typeof identifyingMembers)[number]]: string;
};

export function isIdentifiedService(service: Service): service is IdentifiedService {
  return missingMembers(service).length === 0;
}

/** @param service as ECS describes it; undefined when not even its name is in the answer */
export function unidentifiedService(
  cluster: string,
  name: string,
  place: string,
  service: Service | undefined,
): Failure {
  const missing = service === undefined ? [] : missingMembers(service);
  const lacks = missing.length === 0 ? 'the members that identify it' : missing.join(', ');
  return incompleteAnswer(
    `ECS describes the service ${name} in the cluster ${cluster} without ${lacks} (${place}).`,
  );
}

function missingMembers(service: Service): readonly string[] {
  return identifyingMembers.filter((member) => (service[member] ?? '') === '');
}
