import { containerNamed, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, textIn, wordIn } from '../../text/json.ts';
import type { Rule, ServiceOfTask, Violation } from './rule.ts';

/** Target groups and Cloud Map lead to containers and ports that are there. */
export const loadBalancerRule: Rule<ServiceOfTask> = {
  // ECS says: "The container X does not exist in the task definition.", or "did not have a container port N defined."
  name: 'load-balancer',
  check: ({ service, document }) => [
    ...listIn(service.loadBalancers).flatMap((item, index) =>
      portOf(document, objectIn(item), `service.loadBalancers[${index}]`),
    ),
    ...listIn(service.serviceRegistries).flatMap((item, index) =>
      objectIn(item).containerName === undefined
        ? []
        : portOf(document, objectIn(item), `service.serviceRegistries[${index}]`),
    ),
  ],
};

function portOf(document: TaskDefinitionDocument, binding: JsonObject, place: string): readonly Violation[] {
  const { containerName, containerPort } = binding;
  const container = containerNamed(document, wordIn(containerName));
  if (container === undefined) {
    return [
      {
        place,
        message: `It needs the container ${JSON.stringify(containerName ?? null)}, which the task definition does not have.`,
        fix: 'Name the container so, or change the service.',
      },
    ];
  }
  const mappings = listIn(container.portMappings).map(objectIn);
  const ports = mappings.map((mapping) => mapping.containerPort);
  if (containerPort === undefined || ports.includes(containerPort)) return [];
  if (mappings.some(({ containerPortRange }) => isInRange(containerPort, containerPortRange))) return [];
  return [
    {
      place,
      message: `It needs the port ${JSON.stringify(containerPort)} of ${textIn(containerName)}, which has ${ports.map((port) => JSON.stringify(port ?? null)).join(', ') || 'none'}.`,
      fix: `Add {"containerPort": ${JSON.stringify(containerPort)}} to its portMappings.`,
    },
  ];
}

function isInRange(port: Json, range: Json | undefined): boolean {
  const [from = Number.NaN, to = Number.NaN] = wordIn(range).split('-').map(Number);
  const wanted = numberIn(port) ?? Number.NaN;
  return from <= wanted && wanted <= to;
}
