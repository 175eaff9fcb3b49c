import type { ServiceInputs } from '../inputs/service.ts';
import type { ChangedSetting } from '../reference/rollback-target.ts';
import { type Json, type JsonObject, objectIn } from '../text/json.ts';
import { mergeMembers, stepsOfOthers, withMembers } from './deployment-configuration.ts';
import { isSameValue, valueOf } from './restore.ts';

/** What becomes of the service's settings besides its count; both are empty when nothing is to change. */
export interface SettingsChange {
  readonly changes: readonly ChangedSetting[];
  /** Members of UpdateService, whole where AWS replaces them whole. */
  readonly request: JsonObject;
}

export const noSettings: SettingsChange = { changes: [], request: {} };

/**
 * Merges what was asked into what the service has. Whether a part of `deploymentConfiguration` that is left out keeps
 * its value is not documented, so the whole structure is sent, with members in it that are newer than the SDK.
 *
 * @param service as DescribeServices answers
 */
export function decideSettings(service: JsonObject, inputs: ServiceInputs): SettingsChange {
  const configuration = objectIn(service.deploymentConfiguration);
  const inConfiguration = {
    ...asked('minimumHealthyPercent', inputs.minimumHealthyPercent),
    ...asked('maximumPercent', inputs.maximumPercent),
    ...asked('deploymentCircuitBreaker', breakerOf(configuration, inputs)),
    ...asked('alarms', alarmsOf(configuration, inputs)),
    ...membersOf(configuration, inputs),
  };
  const members: JsonObject = {
    ...asked('platformVersion', inputs.platformVersion),
    ...asked('capacityProviderStrategy', inputs.capacityProviderStrategy),
    ...asked('enableExecuteCommand', inputs.enableExecuteCommand),
    ...asked('enableECSManagedTags', inputs.enableEcsManagedTags),
    ...asked('propagateTags', inputs.propagateTags),
  };
  const changedConfiguration = differing(configuration, inConfiguration);
  const changed = differing(service, members);
  const changes = [
    ...changesIn('deploymentConfiguration', configuration, changedConfiguration, inputs),
    ...changesIn('service', service, changed, inputs),
  ];
  if (changes.length === 0) return noSettings;
  const isConfigured = Object.keys(changedConfiguration).length > 0;
  return {
    changes,
    request: {
      ...(isConfigured ? { deploymentConfiguration: withMembers(configuration, changedConfiguration) } : {}),
      ...changed,
    },
  };
}

/** A changed platform version begins a deployment; the other settings do not (documented). */
export function startsDeployment({ request }: SettingsChange): boolean {
  return request.platformVersion !== undefined;
}

/**
 * A changed strategy begins none (documented), and then holds for new tasks only; going from a launch type to one is
 * refused without `forceNewDeployment` (as Terraform's provider demands). Asked for, it is wanted for all tasks.
 */
export function needsForce({ request }: SettingsChange): boolean {
  return request.capacityProviderStrategy !== undefined;
}

/** The `deploymentConfiguration` of the service once it has these settings. */
export function configurationAfter(service: JsonObject, { request }: SettingsChange): JsonObject {
  return objectIn(request.deploymentConfiguration ?? service.deploymentConfiguration);
}

/** Whether the service has an enabled circuit breaker once it has these settings. */
export function hasCircuitBreaker(service: JsonObject, settings: SettingsChange): boolean {
  return objectIn(configurationAfter(service, settings).deploymentCircuitBreaker).enable === true;
}

/** Whether that circuit breaker also rolls back. */
export function breakerRollsBack(service: JsonObject, settings: SettingsChange): boolean {
  const breaker = objectIn(configurationAfter(service, settings).deploymentCircuitBreaker);
  return breaker.enable === true && breaker.rollback === true;
}

function breakerOf(configuration: JsonObject, { circuitBreaker }: ServiceInputs): JsonObject | undefined {
  if (circuitBreaker === undefined) return undefined;
  // Its threshold and other members stay.
  return {
    ...objectIn(configuration.deploymentCircuitBreaker),
    enable: circuitBreaker !== 'off',
    rollback: circuitBreaker === 'rollback',
  };
}

function alarmsOf(configuration: JsonObject, { alarms }: ServiceInputs): JsonObject | undefined {
  if (alarms === undefined) return undefined;
  const before = objectIn(configuration.alarms);
  if (alarms.length === 0) return { ...before, alarmNames: [], enable: false, rollback: false };
  // Alarms that are newly switched on roll back; where somebody has decided about that, it stays.
  const rollback = before.enable === true ? (before.rollback ?? true) : true;
  return { ...before, alarmNames: alarms, enable: true, rollback };
}

/** The members that `deployment-configuration` sets, and what its strategy makes of the steps that are there. */
function membersOf(configuration: JsonObject, { deploymentConfiguration }: ServiceInputs): JsonObject {
  const given = deploymentConfiguration ?? {};
  const merged = objectIn(mergeMembers(configuration, given));
  const dropped =
    given.strategy === undefined || given.strategy === valueOf(configuration, 'strategy')
      ? {}
      : stepsOfOthers(merged);
  const members = Object.keys(given).map((member) => [member, merged[member]]);
  return { ...dropped, ...Object.fromEntries(members) };
}

function asked(name: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}

function differing(before: JsonObject, members: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter(([member, value]) => !isSameValue(value, valueOf(before, member))),
  );
}

function changesIn(
  place: ChangedSetting['place'],
  before: JsonObject,
  after: JsonObject,
  { deploymentConfiguration = {} }: ServiceInputs,
): readonly ChangedSetting[] {
  return Object.entries(after).map(([member, value]) => ({
    // As the workflow calls it: by AWS's name where `deployment-configuration` sets it.
    name: Object.hasOwn(deploymentConfiguration, member) ? member : (inputNames[member] ?? member),
    member,
    place,
    before: valueOf(before, member),
    after: value ?? null,
  }));
}

const inputNames: Readonly<Record<string, string>> = {
  minimumHealthyPercent: 'minimum-healthy-percent',
  maximumPercent: 'maximum-percent',
  deploymentCircuitBreaker: 'circuit-breaker',
  alarms: 'alarms',
  platformVersion: 'platform-version',
  capacityProviderStrategy: 'capacity-provider-strategy',
  enableExecuteCommand: 'enable-execute-command',
  enableECSManagedTags: 'enable-ecs-managed-tags',
  propagateTags: 'propagate-tags',
};
