import { containerNamed, containersOf } from '../../task-definition/document.ts';
import { type JsonObject, listIn, numberIn, objectIn, textIn, wordIn } from '../../text/json.ts';
import { loadBalancerRule } from './load-balancer.ts';
import { percentsRule } from './percents.ts';
import { platformVersionRule } from './platform-version.ts';
import type { Rule, ServiceOfTask, Violation } from './rule.ts';

/** Whether the service runs on Fargate: by its launch type, or by its capacity providers. */
export function isOnFargate(service: JsonObject): boolean {
  const strategy = listIn(service.capacityProviderStrategy);
  return strategy.length === 0
    ? service.launchType === undefined || service.launchType === 'FARGATE'
    : strategy.some((item) => /^FARGATE(_SPOT)?$/.test(wordIn(objectIn(item).capacityProvider)));
}

/** What a service and its task definition demand of each other (documented unless it is said otherwise). */
export const serviceRules: readonly Rule<ServiceOfTask>[] = [
  loadBalancerRule,
  {
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
  },
  {
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
  },
  percentsRule,
  {
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
  },
  {
    name: 'scheduling',
    check: ({ service }) =>
      service.schedulingStrategy === 'DAEMON'
        ? [
            {
              place: 'service.schedulingStrategy',
              message: 'The scheduling strategy is DAEMON, which Fargate does not have.',
              fix: 'Make the service anew with REPLICA.',
            },
          ]
        : [],
  },
  {
    name: 'task-count',
    check: ({ service }) => {
      const count = numberIn(service.desiredCount) ?? 0;
      const isDiscovered =
        listIn(service.serviceRegistries).length > 0 ||
        objectIn(primaryOf(service).serviceConnectConfiguration).enabled === true;
      const quota = isDiscovered ? 1000 : 5000;
      return count <= quota
        ? []
        : [
            {
              severity: 'warning',
              place: 'service.desiredCount',
              message: `The service shall have ${count} tasks; the quota is ${quota}${isDiscovered ? ' with Cloud Map or Service Connect' : ''} unless it was raised.`,
            },
          ];
    },
  },
  platformVersionRule,
  {
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
  },
  {
    name: 'volume-configuration',
    check: ({ service, document }) => {
      const atLaunch = listIn(document.volumes).flatMap((item) => {
        const { name, configuredAtLaunch } = objectIn(item);
        return configuredAtLaunch === true ? [name] : [];
      });
      const configured = listIn(primaryOf(service).volumeConfigurations).map((item) => objectIn(item).name);
      return [
        ...atLaunch
          .filter((name) => !configured.includes(name))
          .map((name) => ({
            place: `volumes[${wordIn(name)}]`,
            message: `The volume is configured at launch, and the service has no volumeConfigurations for it.`,
            fix: "Add it to the service's volumeConfigurations.",
          })),
        // Documented: the name has to be that of a volume of the task definition.
        ...configured
          .filter((name) => !atLaunch.includes(name))
          .map((name) => ({
            place: `service.volumeConfigurations[${wordIn(name)}]`,
            message: `The service attaches a volume ${JSON.stringify(name ?? null)}, which the task definition does not have as one that is configured at launch.`,
            fix: `Add {"name": ${JSON.stringify(name ?? null)}, "configuredAtLaunch": true} to volumes.`,
          })),
      ];
    },
  },
  {
    // Documented: rebalancing is not available with a maximumPercent of 100.
    name: 'zone-rebalancing',
    check: ({ service }) => {
      const most = numberIn(objectIn(service.deploymentConfiguration).maximumPercent) ?? 200;
      return service.availabilityZoneRebalancing !== 'ENABLED' || most > 100
        ? []
        : [
            {
              place: 'service.deploymentConfiguration.maximumPercent',
              message: `maximumPercent is ${most}, and the service rebalances its tasks between availability zones, which needs more than 100.`,
              fix: 'Set maximum-percent above 100, or switch availabilityZoneRebalancing off.',
            },
          ];
    },
  },
  {
    // ECS says: "5 active deployments exist, unable to create new deployment." One may be over until the update is sent.
    name: 'active-deployments',
    check: ({ service, deploys }) => {
      const deployments = listIn(service.deployments).map(objectIn);
      if (deploys !== true || deployments.length < 5) return [];
      const older = deployments.filter(({ status }) => status !== 'PRIMARY');
      const held = older.map(
        ({ id, taskDefinition, runningCount }) =>
          `${wordIn(id)} (${wordIn(taskDefinition).split('/').at(-1)}, ${numberIn(runningCount) ?? 0} running)`,
      );
      return [
        {
          severity: 'warning',
          place: 'service.deployments',
          message: `The service has ${deployments.length} deployments that are not over, and ECS takes no sixth one. Tasks of earlier versions hold them: ${held.join(', ')}.`,
          fix: 'Such tasks drain, or are protected from scale-in until they end their protection: wait, or stop them.',
        },
      ];
    },
  },
];

/** PRIMARY shows what the service itself does not: Service Connect and volumes. */
function primaryOf(service: JsonObject): JsonObject {
  const deployments = listIn(service.deployments).map(objectIn);
  return deployments.find(({ status }) => status === 'PRIMARY') ?? {};
}
