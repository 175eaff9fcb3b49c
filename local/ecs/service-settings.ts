import { documentOf, isGiven, isSameJson, pick, textsOf } from '../server/members.ts';
import type { Document } from '../server/operation.ts';

/** The members of CreateService and UpdateService that a service keeps and shows. */
const kept = [
  'loadBalancers',
  'serviceRegistries',
  'launchType',
  'capacityProviderStrategy',
  'platformVersion',
  'deploymentConfiguration',
  'placementConstraints',
  'placementStrategy',
  'networkConfiguration',
  'healthCheckGracePeriodSeconds',
  'schedulingStrategy',
  'deploymentController',
  'enableECSManagedTags',
  'propagateTags',
  'enableExecuteCommand',
  'availabilityZoneRebalancing',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const;

/** Documented: a changed value of these starts a deployment; of all others it does not. */
const startDeployment = [
  'networkConfiguration',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const;

const configurationDefaults: Document = {
  deploymentCircuitBreaker: { enable: false, rollback: false },
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  strategy: 'ROLLING',
};

/** The settings of a new service with the defaults that DescribeServices shows. */
export function newSettings(input: Document): Document {
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
    availabilityZoneRebalancing: 'ENABLED',
  };
  return normal({
    ...defaults,
    ...pick(input, kept),
    deploymentConfiguration: { ...configurationDefaults, ...documentOf(input, 'deploymentConfiguration') },
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
    ...pick(input, kept),
    ...(configuration !== undefined && { deploymentConfiguration: { ...base, ...configuration } }),
  };
  const { launchType: _type, capacityProviderStrategy: _strategy, ...rest } = merged;
  return normal(
    hasStrategy
      ? { ...rest, capacityProviderStrategy: strategy }
      : { ...rest, launchType: before['launchType'] ?? 'FARGATE' },
  );
}

export function startsDeployment(before: Document, after: Document): boolean {
  return startDeployment.some((member) => !isSameJson(before[member], after[member]));
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
