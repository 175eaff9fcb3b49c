import { containersOf, platformOf } from '../../task-definition/document.ts';
import { type JsonObject, listIn, objectIn, textIn, wordIn } from '../../text/json.ts';
import {
  configurationKeyRule,
  configurationRule,
  configurationTypeRule,
} from './deployment-configuration.ts';
import { lifecycleHooksRule } from './lifecycle-hooks.ts';
import { isEmpty, primaryOf, type Rule, type ServiceOfTask, type Violation } from './rule.ts';
import {
  activeDeploymentsRule,
  capacityProvidersRule,
  percentsRule,
  schedulingRule,
  taskCountRule,
  zoneRebalancingRule,
} from './service-deployment.ts';
import { taskSize } from './size.ts';
import { advancedConfigurationRule, strategyRule } from './strategy.ts';
import {
  gracePeriodRule,
  loadBalancerRule,
  networkRule,
  serviceConnectRule,
  targetGroupCountRule,
} from './traffic.ts';
import { windowsSpotRule } from './windows.ts';

/** Whether the service runs on Fargate: by its launch type, or by its capacity providers. */
export function isOnFargate(service: JsonObject): boolean {
  const strategy = listIn(service.capacityProviderStrategy);
  return strategy.length === 0
    ? service.launchType === undefined || service.launchType === 'FARGATE'
    : strategy.some((item) => /^FARGATE(_SPOT)?$/.test(wordIn(objectIn(item).capacityProvider)));
}

/** Features that came with platform version 1.4.0 of Linux, and `dependsOn` with 1.3.0 (documented). */
const platformVersionRule: Rule<ServiceOfTask> = {
  name: 'platform-version',
  check: checkPlatformVersion,
};

/** A volume that is configured at launch has its configuration in the service (documented). */
const volumeConfigurationRule: Rule<ServiceOfTask> = {
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
};

/**
 * ECS Exec works with the task role. ECS says: "The service couldn't be updated because a valid taskRoleArn is not being
 * used." (seen by users)
 */
const executeCommandRule: Rule<ServiceOfTask> = {
  name: 'execute-command',
  check: ({ service, document }) =>
    service.enableExecuteCommand !== true || (textIn(document.taskRoleArn) ?? '') !== ''
      ? []
      : [
          {
            place: 'taskRoleArn',
            message: 'The service has ECS Exec enabled (enable-execute-command), which needs a task role.',
            fix: 'Set taskRoleArn, or the input task-role-arn, to a role that may open channels of ssmmessages; or set enable-execute-command to false.',
          },
        ],
};

/** Rules for a service together with its task definition. */
export const serviceRules: readonly Rule<ServiceOfTask>[] = [
  loadBalancerRule,
  targetGroupCountRule,
  networkRule,
  percentsRule,
  gracePeriodRule,
  schedulingRule,
  taskCountRule,
  platformVersionRule,
  serviceConnectRule,
  volumeConfigurationRule,
  zoneRebalancingRule,
  activeDeploymentsRule,
  capacityProvidersRule,
  executeCommandRule,
  windowsSpotRule,
  strategyRule,
  advancedConfigurationRule,
  lifecycleHooksRule,
  configurationRule,
  configurationKeyRule,
  configurationTypeRule,
];

function checkPlatformVersion({ service, document }: ServiceOfTask): readonly Violation[] {
  const version = wordIn(service.platformVersion);
  if (!/^(LATEST|\d+\.\d+\.\d+)?$/.test(version)) {
    return [
      {
        severity: 'warning',
        place: 'service.platformVersion',
        message: `The platform version is ${JSON.stringify(version)}; ECS has LATEST and versions such as 1.4.0.`,
        fix: 'Set platform-version to LATEST.',
      },
    ];
  }
  if (!/^1\.[0-3]\./.test(version) || platformOf(document) === 'windows/amd64') return [];
  const containers = containersOf(document);
  const needs = [
    ...(isEmpty(document.ephemeralStorage) ? [] : ['ephemeralStorage']),
    ...((taskSize(document)?.cpuUnits ?? 0) >= 8192 ? ['cpu of 8192 or more'] : []),
    ...(isEmpty(document.pidMode) ? [] : ['pidMode']),
    ...(listIn(document.volumes).some((item) => !isEmpty(objectIn(item).efsVolumeConfiguration))
      ? ['efsVolumeConfiguration']
      : []),
    ...(containers.some(({ environmentFiles }) => !isEmpty(environmentFiles)) ? ['environmentFiles'] : []),
    ...(containers.some(({ systemControls }) => !isEmpty(systemControls)) ? ['systemControls'] : []),
    ...(containers.some(
      ({ linuxParameters }) => !isEmpty(objectIn(objectIn(linuxParameters).capabilities).add),
    )
      ? ['capabilities.add']
      : []),
    ...(!version.startsWith('1.3.') && containers.some(({ dependsOn }) => !isEmpty(dependsOn))
      ? ['dependsOn']
      : []),
  ];
  if (needs.length === 0) return [];
  return [
    {
      place: 'service.platformVersion',
      message: `The service has platform version ${version}; ${needs.join(', ')} came with a later one.`,
      fix: 'Set platform-version to LATEST.',
    },
  ];
}
