import { documentOf, isGiven, isSameJson, numberOf, pick, textOf, textsOf } from '../../server/members.ts';
import type { Document, Json } from '../../server/operation.ts';

/** The members of UpdateService that a service keeps and shows. */
const shownOfUpdate = [
  'loadBalancers',
  'serviceRegistries',
  'capacityProviderStrategy',
  'platformVersion',
  'deploymentConfiguration',
  'placementConstraints',
  'placementStrategy',
  'networkConfiguration',
  'healthCheckGracePeriodSeconds',
  'deploymentController',
  'enableECSManagedTags',
  'propagateTags',
  'enableExecuteCommand',
  'availabilityZoneRebalancing',
] as const;

/** Settings that the schema of a service lacks: only its deployments and revisions show them. */
const shownOfDeployments = [
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'gatewayConnectors',
  'monitoring',
] as const;

/** CreateService alone has these. */
const shownOfCreate = ['launchType', 'schedulingStrategy'] as const;

/** The settings as DescribeServices shows them of the service itself. */
export function settingsOfService(settings: Document): Document {
  return pick(settings, [...shownOfUpdate, ...shownOfCreate]);
}

/**
 * Documented: a changed value of these starts a deployment. Of the last two nothing is documented, but only service
 * revisions show them, which never change. No other setting starts one.
 */
const startDeployment = [
  'networkConfiguration',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'gatewayConnectors',
  'monitoring',
] as const;

const configurationDefaults: Document = {
  deploymentCircuitBreaker: { enable: false, rollback: false },
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  strategy: 'ROLLING',
};

/** The settings of a new service with the defaults that DescribeServices shows. */
export function newSettings(input: Document): Document {
  const configuration = { ...configurationDefaults, ...documentOf(input, 'deploymentConfiguration') };
  const defaults: Document = {
    loadBalancers: [],
    serviceRegistries: [],
    placementConstraints: [],
    placementStrategy: [],
    platformVersion: 'LATEST',
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: false,
    enableExecuteCommand: false,
    propagateTags: 'NONE',
    // Documented, since September 2025: on for new services that can have it, which a maximumPercent of 100 can't.
    availabilityZoneRebalancing:
      (numberOf(configuration, 'maximumPercent') ?? 0) > 100 ? 'ENABLED' : 'DISABLED',
  };
  return normal({
    ...defaults,
    ...pick(input, [...shownOfUpdate, ...shownOfDeployments, ...shownOfCreate]),
    deploymentConfiguration: configuration,
  });
}

/** Documented: what is omitted or null is kept, an empty list clears. */
export function updatedSettings(before: Document, input: Document, omitted: 'kept' | 'reset'): Document {
  const configuration = documentOf(input, 'deploymentConfiguration');
  const base = omitted === 'kept' ? documentOf(before, 'deploymentConfiguration') : configurationDefaults;
  const { capacityProviderStrategy: _before, ...others } = before;
  const strategy = isGiven(input, 'capacityProviderStrategy')
    ? input['capacityProviderStrategy']
    : before['capacityProviderStrategy'];
  const hasStrategy = Array.isArray(strategy) && strategy.length > 0;
  const merged: Document = {
    ...others,
    ...pick(input, [...shownOfUpdate, ...shownOfDeployments]),
    ...(configuration !== undefined && {
      deploymentConfiguration: updatedConfiguration(base, configuration),
    }),
  };
  const { launchType: _type, capacityProviderStrategy: _strategy, ...rest } = merged;
  return normal(
    hasStrategy
      ? { ...rest, capacityProviderStrategy: strategy }
      : { ...rest, launchType: before['launchType'] ?? 'FARGATE' },
  );
}

/** A new strategy drops the steps of the previous one. That is our choice: with the other one, ECS calls them invalid. */
function updatedConfiguration(before: Document | undefined, input: Document): Document {
  const merged = { ...before, ...input };
  const kept = { LINEAR: 'linearConfiguration', CANARY: 'canaryConfiguration' }[
    textOf(merged, 'strategy') ?? ''
  ];
  const stale = isGiven(input, 'strategy')
    ? ['linearConfiguration', 'canaryConfiguration'].filter(
        (member) => member !== kept && !isGiven(input, member),
      )
    : [];
  return pick(
    merged,
    Object.keys(merged).filter((member) => !stale.includes(member)),
  );
}

export function startsDeployment(before: Document, after: Document): boolean {
  return startDeployment.some((member) => !isSameJson(meaning(before[member]), meaning(after[member])));
}

/** An empty list is what a service without the member has: that AWS's own deploy action always sends one changes nothing. */
function meaning(value: Json | undefined): Json | undefined {
  return Array.isArray(value) && value.length === 0 ? undefined : value;
}

/** The network configuration as DescribeServices shows it. */
export function normal(settings: Document): Document {
  const vpc = documentOf(documentOf(settings, 'networkConfiguration'), 'awsvpcConfiguration');
  if (vpc === undefined) return settings;
  const awsvpcConfiguration = {
    assignPublicIp: 'DISABLED',
    ...pick(vpc, Object.keys(vpc)),
    securityGroups: [...textsOf(vpc, 'securityGroups')],
  };
  return { ...settings, networkConfiguration: { awsvpcConfiguration } };
}
