import { shiftedTraffic } from '../../service/traffic.ts';
import { type JsonObject, listIn, numberIn, objectIn, textIn } from '../../text/json.ts';
import { checkEnum } from './enum-values.ts';
import { checkRanges, type Rule, type ServiceOfTask, type Violation, violation } from './rule.ts';

const place = 'service.deploymentConfiguration';

/** What each strategy needs and excludes (API reference, DeploymentConfiguration and its members). */
export const strategyRule: Rule<ServiceOfTask> = {
  name: 'deployment-strategy',
  check: ({ service }) => {
    const configuration = objectIn(service.deploymentConfiguration);
    const strategy = textIn(configuration.strategy) ?? 'ROLLING';
    const unknown = checkEnum(configuration, place, 'strategy', strategies);
    if (unknown.length > 0) return unknown;
    return [
      ...checkController(service, strategy),
      ...checkBakeTime(configuration, strategy),
      ...checkSteps(configuration, strategy),
      ...checkTraffic(service, strategy),
    ];
  },
};

const strategies = ['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY'];

/** The two target groups between which ECS shifts traffic. */
export const advancedConfigurationRule: Rule<ServiceOfTask> = {
  name: 'advanced-configuration',
  check: ({ service }) => {
    // An Express service has its load balancer from ECS.
    if (service.resourceManagementType === 'ECS') return [];
    const balancers = listIn(service.loadBalancers).map(objectIn);
    const without = balancers.filter(({ advancedConfiguration }) => advancedConfiguration === undefined);
    if (without.length === 0) return [];
    const strategy = textIn(objectIn(service.deploymentConfiguration).strategy) ?? 'ROLLING';
    // ECS says: "Either all or none of the provided loadBalancers must have advancedConfiguration defined" (documented).
    if (without.length < balancers.length) {
      const message = `${without.length} of ${balancers.length} load balancers of the service have no advancedConfiguration; ECS takes it for all of them or for none.`;
      return violation('service', 'loadBalancers', message, setUp);
    }
    // ECS says: "advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment
    // strategy" (documented). Nobody knows what it says of a strategy that AWS adds later.
    if (strategy === 'ROLLING' || !strategies.includes(strategy)) return [];
    const message = `${strategy} shifts traffic between two target groups, and the load balancer of the service has no advancedConfiguration.`;
    return violation('service', 'loadBalancers', message, setUp);
  },
};

const setUp =
  'Set it up once with aws ecs update-service --load-balancers: alternateTargetGroupArn, productionListenerRule and roleArn, and testListenerRule for test traffic.';

/** "Only valid when you run CreateService or UpdateService with deploymentController set to ECS" (API reference). */
function checkController({ deploymentController }: JsonObject, strategy: string): readonly Violation[] {
  const controller = textIn(objectIn(deploymentController).type) ?? 'ECS';
  if (controller === 'ECS' || strategy === 'ROLLING') return [];
  return violation(
    place,
    'strategy',
    `The service has the deployment controller ${controller}; ${strategy} needs ECS.`,
    'Set deploymentController to ECS with aws ecs update-service, or keep ROLLING.',
  );
}

/** "You must provide this parameter when you use the BLUE_GREEN deployment strategy" (API reference); its range isn't documented. */
function checkBakeTime(configuration: JsonObject, strategy: string): readonly Violation[] {
  if (strategy === 'BLUE_GREEN' && configuration.bakeTimeInMinutes === undefined) {
    return violation(
      place,
      'bakeTimeInMinutes',
      'BLUE_GREEN needs bakeTimeInMinutes: how long both versions run after the traffic has shifted.',
      'Add it to deployment-configuration.',
    );
  }
  return checkRanges(place, configuration, [['bakeTimeInMinutes', 0, 1440]], { severity: 'warning' });
}

/** "Only valid when the deployment strategy is LINEAR", "… CANARY", with their ranges (API reference). */
function checkSteps(configuration: JsonObject, strategy: string): readonly Violation[] {
  return steps.flatMap(({ owner, member, percent, least, minutes }) => {
    if (configuration[member] === undefined) return [];
    if (strategy !== owner) {
      const message = `${member} is only valid with the strategy ${owner}, and the strategy is ${strategy}.`;
      return violation(place, member, message, 'Remove it.');
    }
    const of = objectIn(configuration[member]);
    const tenths = (numberIn(of[percent]) ?? 0) * 10;
    return [
      ...checkRanges(`${place}.${member}`, of, [
        [percent, least, 100],
        [minutes, 0, 1440],
      ]),
      ...(Math.abs(tenths - Math.round(tenths)) < 1e-6
        ? []
        : violation(
            `${place}.${member}`,
            percent,
            `${percent} is ${numberIn(of[percent])}; ECS takes multiples of 0.1.`,
            `Set it to ${Math.round(tenths) / 10}.`,
          )),
    ];
  });
}

const steps = [
  {
    owner: 'LINEAR',
    member: 'linearConfiguration',
    percent: 'stepPercent',
    least: 3,
    minutes: 'stepBakeTimeInMinutes',
  },
  {
    owner: 'CANARY',
    member: 'canaryConfiguration',
    percent: 'canaryPercent',
    least: 0.1,
    minutes: 'canaryBakeTimeInMinutes',
  },
] as const;

/** AWS documents a deployment without traffic for BLUE_GREEN, and says nothing of the other two. */
function checkTraffic(service: JsonObject, strategy: string): readonly Violation[] {
  const isGradual = strategy === 'LINEAR' || strategy === 'CANARY';
  if (!isGradual || shiftedTraffic(service).production) return [];
  return violation(
    place,
    'strategy',
    `${strategy} shifts traffic in steps, and the service has no load balancer, Service Connect or VPC Lattice to shift it.`,
    'Use BLUE_GREEN, or give the service one of them.',
    { severity: 'warning' },
  );
}
