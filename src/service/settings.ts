import { isDeepStrictEqual } from 'node:util';
import { isJsonArray, isJsonObject, type Json, type JsonObject, objectIn } from '../aws/json.ts';
import type { ServiceInputs } from '../inputs/service.ts';

/** What becomes of the service's settings besides its count; all three are empty when nothing is to change. */
export interface SettingsChange {
  /** One by one, for a person. */
  readonly changes: readonly SettingChange[];
  /** Members of UpdateService, whole where AWS replaces them whole. */
  readonly request: JsonObject;
  /** The same members as they were. */
  readonly before: JsonObject;
}

export interface SettingChange {
  /** As the input is called. */
  readonly name: string;
  readonly before: Json;
  readonly after: Json;
}

export const noSettings: SettingsChange = { changes: [], request: {}, before: {} };

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
  const changes = [...changesIn(configuration, changedConfiguration), ...changesIn(service, changed)];
  if (changes.length === 0) return noSettings;
  const isConfigured = Object.keys(changedConfiguration).length > 0;
  return {
    changes,
    request: {
      ...(isConfigured ? { deploymentConfiguration: { ...configuration, ...changedConfiguration } } : {}),
      ...changed,
    },
    before: {
      ...(isConfigured
        ? { deploymentConfiguration: { ...whenLeftOut(changedConfiguration), ...configuration } }
        : {}),
      ...Object.fromEntries(Object.keys(changed).map((name) => [name, valueOf(service, name)])),
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

/** Whether the service has an enabled circuit breaker once it has these settings. */
export function hasCircuitBreaker(service: JsonObject, { request }: SettingsChange): boolean {
  const configuration = objectIn(request.deploymentConfiguration ?? service.deploymentConfiguration);
  return objectIn(configuration.deploymentCircuitBreaker).enable === true;
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
  // Alarms that are newly switched on shall undo; where somebody has decided about that, it stays.
  const rollback = before.enable === true ? (before.rollback ?? true) : true;
  return { ...before, alarmNames: alarms, enable: true, rollback };
}

function asked(name: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}

function differing(before: JsonObject, members: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter(
      ([name, value]) => !isDeepStrictEqual(comparable(value), comparable(valueOf(before, name))),
    ),
  );
}

function changesIn(before: JsonObject, after: JsonObject): readonly SettingChange[] {
  return Object.entries(after).map(([name, value]) => ({
    name: inputNames[name] ?? name,
    before: valueOf(before, name),
    after: value ?? null,
  }));
}

/** What stands for a member that the service does not show (documented defaults). */
function valueOf(service: JsonObject, name: string): Json {
  return service[name] ?? defaults[name] ?? null;
}

function whenLeftOut(changed: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.keys(changed).flatMap((name) => (defaults[name] === undefined ? [] : [[name, defaults[name]]])),
  );
}

const defaults: JsonObject = {
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  deploymentCircuitBreaker: { enable: false, rollback: false },
  alarms: { alarmNames: [], enable: false, rollback: false },
  platformVersion: 'LATEST',
  // An empty list is back to the launch type.
  capacityProviderStrategy: [],
  enableExecuteCommand: false,
  enableECSManagedTags: false,
  propagateTags: 'NONE',
};

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

/** Lists of names and of providers have no order that matters; a weight or base that is left out is 0 (documented). */
function comparable(value: Json | undefined): Json | undefined {
  if (isJsonArray(value)) {
    return sorted(value.map((item) => (isJsonObject(item) ? { weight: 0, base: 0, ...item } : item)));
  }
  if (!isJsonObject(value)) return value;
  return isJsonArray(value.alarmNames) ? { ...value, alarmNames: sorted(value.alarmNames) } : value;
}

function sorted(list: readonly Json[]): readonly Json[] {
  return list.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}
