import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../text/json.ts';
import { type ConfigurationFile, parseConfiguration } from './deployment-configuration.ts';
import type { InputProblem } from './problem.ts';
import type { InputReader, Parsed } from './reader.ts';

/** Settings of the service that change with the deployment; undefined: unchanged. */
export interface ServiceInputs {
  readonly desiredCount: number | undefined;
  readonly forceNewDeployment: boolean;
  readonly minimumHealthyPercent: number | undefined;
  readonly maximumPercent: number | undefined;
  readonly circuitBreaker: 'off' | 'on' | 'rollback' | undefined;
  /** Names of CloudWatch alarms; empty: none. */
  readonly alarms: readonly string[] | undefined;
  /** Members of `deploymentConfiguration`, in AWS's names, known to this action or not. */
  readonly deploymentConfiguration: JsonObject | undefined;
  readonly platformVersion: string | undefined;
  /** Empty: return to the launch type. */
  readonly capacityProviderStrategy: readonly CapacityProvider[] | undefined;
  readonly enableExecuteCommand: boolean | undefined;
  readonly enableEcsManagedTags: boolean | undefined;
  readonly propagateTags: 'TASK_DEFINITION' | 'SERVICE' | 'NONE' | undefined;
}

type CapacityProvider = {
  readonly capacityProvider: string;
  readonly weight?: number;
  readonly base?: number;
};

/** @param configurationFile the file that `deployment-configuration` names */
export function readServiceInputs(
  read: InputReader,
  configurationFile: ConfigurationFile | undefined,
): ServiceInputs {
  const percent = { least: 0, most: 100, whole: true };
  return {
    desiredCount: read.number('desired-count', undefined, { least: 0, most: 2_147_483_647, whole: true }),
    forceNewDeployment: read.flag('force-new-deployment', false),
    minimumHealthyPercent: read.number('minimum-healthy-percent', undefined, percent),
    maximumPercent: read.number('maximum-percent', undefined, {
      least: 100,
      most: 2_147_483_647,
      whole: true,
    }),
    circuitBreaker: read.optionalChoice('circuit-breaker', ['off', 'on', 'rollback']),
    alarms: parseAlarms(read.list('alarms')),
    deploymentConfiguration: read.parsed('deployment-configuration', (given) =>
      parseConfiguration(given, configurationFile),
    ),
    // ECS requires capital letters (documented).
    platformVersion: read.optional('platform-version')?.toUpperCase(),
    capacityProviderStrategy: read.parsed('capacity-provider-strategy', parseStrategy),
    enableExecuteCommand: read.optionalFlag('enable-execute-command'),
    enableEcsManagedTags: read.optionalFlag('enable-ecs-managed-tags'),
    propagateTags: read.optionalChoice('propagate-tags', ['TASK_DEFINITION', 'SERVICE', 'NONE']),
  };
}

/** Members that an input of their own sets too: which of the two counts would be a guess. */
export function serviceProblems(service: ServiceInputs): readonly InputProblem[] {
  const twins = [
    ['minimumHealthyPercent', 'minimum-healthy-percent', service.minimumHealthyPercent],
    ['maximumPercent', 'maximum-percent', service.maximumPercent],
    ['deploymentCircuitBreaker', 'circuit-breaker', service.circuitBreaker],
    ['alarms', 'alarms', service.alarms],
  ] as const;
  return twins
    .filter(
      ([member, , value]) =>
        value !== undefined && Object.hasOwn(service.deploymentConfiguration ?? {}, member),
    )
    .map(([member, input]) => ({
      input: 'deployment-configuration',
      text: `it sets ${member}, and so does the input ${input}. Remove one of them.`,
    }));
}

/** Whether any setting of the service is to change. */
export function asksForSettings(inputs: ServiceInputs): boolean {
  return (
    Object.values(inputs).some((value) => value !== undefined && value !== false) || asksForFalse(inputs)
  );
}

/** Tells `force-new-deployment: false`, which changes nothing, from the settings that can be switched off. */
function asksForFalse({ enableExecuteCommand, enableEcsManagedTags }: ServiceInputs): boolean {
  return enableExecuteCommand === false || enableEcsManagedTags === false;
}

function parseAlarms(names: readonly string[]): readonly string[] | undefined {
  if (names.length === 0) return undefined;
  return names.length === 1 && names[0]?.toLowerCase() === 'none' ? [] : [...new Set(names)];
}

/** Reads the shorthand of the AWS CLI, or the JSON that AWS's action for tasks takes. */
function parseStrategy(text: string): Parsed<readonly CapacityProvider[]> {
  if (text.toLowerCase() === 'none') return { kind: 'value', value: [] };
  const items = text.startsWith('[') ? jsonList(text) : text.trim().split(/\s+/).map(shorthand);
  if (items === undefined) return { kind: 'fault', fault: `this isn't a JSON array. ${strategyForm}` };
  if (items.length === 0) return { kind: 'fault', fault: `the array is empty. ${strategyForm}` };
  const providers = items.map(providerOf);
  const wrong = providers.indexOf(undefined);
  return wrong === -1
    ? { kind: 'value', value: providers.filter((provider) => provider !== undefined) }
    : {
        kind: 'fault',
        fault: `entry ${wrong + 1} isn't a capacity provider with a weight from 0 to 1000 and a base from 0 to 100000. ${strategyForm}`,
      };
}

const strategyForm =
  'Write one capacityProvider=NAME,weight=N,base=N per line, a JSON array of such objects, or none.';

function jsonList(text: string): readonly Json[] | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function shorthand(line: string): Json {
  return Object.fromEntries(
    line.split(',').map((part): [string, Json] => {
      const [name = '', value = ''] = part.split('=');
      return [name, /^\d+$/.test(value) ? Number(value) : value];
    }),
  );
}

/** A weight is 0 to 1000, a base 0 to 100000 (documented). */
function providerOf(item: Json): CapacityProvider | undefined {
  if (!isJsonObject(item)) return undefined;
  const { capacityProvider, weight, base, ...others } = item;
  if (typeof capacityProvider !== 'string' || capacityProvider === '') return undefined;
  if (Object.keys(others).length > 0 || !isCount(weight, 1000) || !isCount(base, 100_000)) return undefined;
  return {
    capacityProvider,
    ...(weight === undefined ? {} : { weight }),
    ...(base === undefined ? {} : { base }),
  };
}

function isCount(value: Json | undefined, most: number): value is number | undefined {
  return (
    value === undefined ||
    (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most)
  );
}
