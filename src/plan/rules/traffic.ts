import { containerNamed, containersOf, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, textIn, wordIn } from '../../text/json.ts';
import { primaryOf, type Rule, type ServiceOfTask, type Violation } from './rule.ts';

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

/** ECS takes five target groups (documented). */
export const targetGroupCountRule: Rule<ServiceOfTask> = {
  name: 'target-group-count',
  check: ({ service }) => {
    const count = listIn(service.loadBalancers).length;
    return count <= 5
      ? []
      : [
          {
            place: 'service.loadBalancers',
            message: `The service has ${count} target groups; ECS takes 5.`,
            fix: 'Remove some.',
          },
        ];
  },
};

/** The load balancer's checks count only when a container may be healthy. */
export const gracePeriodRule: Rule<ServiceOfTask> = {
  name: 'grace-period',
  check: ({ service, document }) =>
    listIn(service.loadBalancers).flatMap((item): readonly Violation[] => {
      const container = containerNamed(document, wordIn(objectIn(item).containerName));
      if (container === undefined) return [];
      const start = numberIn(objectIn(container.healthCheck).startPeriod) ?? 0;
      const grace = numberIn(service.healthCheckGracePeriodSeconds) ?? 0;
      if (start <= grace) return [];
      return [
        {
          severity: 'warning',
          place: 'service.healthCheckGracePeriodSeconds',
          message: `${textIn(container.name)} may take ${start} s to start (startPeriod of its health check), but the load balancer's checks count after ${grace} s.`,
          fix: `Set the service's healthCheckGracePeriodSeconds to ${start} or more.`,
        },
      ];
    }),
};

/** In network mode awsvpc the service names subnets and security groups (documented, with their limits). */
export const networkRule: Rule<ServiceOfTask> = {
  name: 'network',
  check: ({ service }) => {
    const network = objectIn(objectIn(service.networkConfiguration).awsvpcConfiguration);
    const subnets = listIn(network.subnets).length;
    const groups = listIn(network.securityGroups).length;
    const place = 'service.networkConfiguration.awsvpcConfiguration';
    return [
      ...(subnets === 0
        ? [
            {
              place,
              message: 'The service has no subnets, which network mode awsvpc needs.',
              fix: 'Give the service a networkConfiguration with subnets and security groups.',
            },
          ]
        : []),
      ...(subnets > 16
        ? [{ place, message: `There are ${subnets} subnets; ECS takes 16.`, fix: 'Remove some.' }]
        : []),
      ...(groups > 5
        ? [{ place, message: `There are ${groups} security groups; ECS takes 5.`, fix: 'Remove some.' }]
        : []),
    ];
  },
};

/** Service Connect reaches a port by the name of its mapping (documented). */
export const serviceConnectRule: Rule<ServiceOfTask> = {
  name: 'service-connect',
  check: ({ service, document }) => {
    const connect = objectIn(primaryOf(service).serviceConnectConfiguration);
    const names = new Set(
      containersOf(document).flatMap(({ portMappings }) =>
        listIn(portMappings).map((mapping) => objectIn(mapping).name),
      ),
    );
    if (connect.enabled !== true) return [];
    return listIn(connect.services).flatMap((item, index) => {
      const { portName } = objectIn(item);
      return names.has(portName)
        ? []
        : [
            {
              place: `service.serviceConnectConfiguration.services[${index}]`,
              message: `Service Connect wants a port named ${JSON.stringify(portName ?? null)}, which no container has.`,
              fix: 'Set the name of that port mapping.',
            },
          ];
    });
  },
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
