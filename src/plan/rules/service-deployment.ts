import { type JsonObject, listIn, numberIn, objectIn, textIn, wordIn } from '../../text/json.ts';
import { primaryOf, type Rule, type ServiceOfTask, type Violation } from './rule.ts';

/** ECS starts tasks up to the one bound and stops them down to the other (documented): one of the two has to be able. */
export const percentsRule: Rule<ServiceOfTask> = {
  name: 'percents',
  isUnproven: true,
  check: ({ service }) => checkPercents(service),
};

/** Fargate has no daemons (documented). */
export const schedulingRule: Rule<ServiceOfTask> = {
  name: 'scheduling',
  check: ({ service }) =>
    service.schedulingStrategy === 'DAEMON'
      ? [
          {
            place: 'service.schedulingStrategy',
            message: 'The scheduling strategy is DAEMON, which Fargate does not have.',
            fix: 'Create the service again with REPLICA.',
          },
        ]
      : [],
};

/** How many tasks a service may have (the quotas that AWS documents). */
export const taskCountRule: Rule<ServiceOfTask> = {
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
            message: `The service would have ${count} tasks; the quota is ${quota}${isDiscovered ? ' with Cloud Map or Service Connect' : ''} unless it was raised.`,
          },
        ];
  },
};

/** Rebalancing is not available with a maximumPercent of 100 (documented). */
export const zoneRebalancingRule: Rule<ServiceOfTask> = {
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
};

/** ECS says: "5 active deployments exist, unable to create new deployment." One may be over until the update is sent. */
export const activeDeploymentsRule: Rule<ServiceOfTask> = {
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
};

/** The limits of a capacity provider strategy (documented); ECS refuses the update of a service beyond them. */
export const capacityProvidersRule: Rule<ServiceOfTask> = {
  name: 'capacity-providers',
  check: ({ service }) => {
    const providers = listIn(service.capacityProviderStrategy).map(objectIn);
    const based = providers.filter(({ base }) => (numberIn(base) ?? 0) > 0);
    const hasWeight = providers.some(({ weight }) => (numberIn(weight) ?? 0) > 0);
    return [
      ...(based.length <= 1
        ? []
        : [
            onStrategy(
              `${based.map(({ capacityProvider }) => textIn(capacityProvider)).join(', ')} have a base; one capacity provider may have one.`,
              'Keep one base.',
            ),
          ]),
      ...(providers.length <= 1 || hasWeight
        ? []
        : [
            onStrategy(
              'No capacity provider has a weight above 0, so that no task could be placed beyond the base.',
              'Give one of them weight=1 or more.',
            ),
          ]),
      ...(providers.length <= 20
        ? []
        : [
            onStrategy(
              `There are ${providers.length} capacity providers; a strategy has up to 20.`,
              'Remove some.',
            ),
          ]),
    ];
  },
};

function checkPercents(service: JsonObject): readonly Violation[] {
  const { minimumHealthyPercent, maximumPercent } = objectIn(service.deploymentConfiguration);
  const least = numberIn(minimumHealthyPercent) ?? 100;
  const most = numberIn(maximumPercent) ?? 200;
  const desired = numberIn(service.desiredCount) ?? 0;
  const upper = Math.floor((desired * most) / 100);
  const lower = Math.ceil((desired * least) / 100);
  if (desired === 0 || upper > desired || lower < desired) return [];
  const enough = 100 + Math.ceil(100 / desired);
  return [
    {
      place: 'service.deploymentConfiguration',
      message: `With ${desired} tasks, minimumHealthyPercent ${least} and maximumPercent ${most} ECS may neither start a new task nor stop an old one: the deployment can't go on.`,
      fix: `Set maximum-percent to ${enough} or more.`,
    },
  ];
}

function onStrategy(message: string, fix: string): Violation {
  return { place: 'service.capacityProviderStrategy', message, fix };
}
