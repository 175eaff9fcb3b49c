import { isJsonArray, isJsonObject, type Json } from '../text/json.ts';
import type { InputReader } from './reader.ts';

/** Settings of the service that change with the deployment; undefined: untouched. */
export interface ServiceInputs {
  readonly desiredCount: number | undefined;
  readonly forceNewDeployment: boolean;
  readonly minimumHealthyPercent: number | undefined;
  readonly maximumPercent: number | undefined;
  readonly circuitBreaker: 'off' | 'on' | 'rollback' | undefined;
  /** Names of CloudWatch alarms; empty: none. */
  readonly alarms: readonly string[] | undefined;
  readonly platformVersion: string | undefined;
  /** Empty: back to the launch type. */
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

export function readServiceInputs(read: InputReader): ServiceInputs {
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
    alarms: read.parsed('alarms', parseAlarms, 'names of alarms, one a line, or none'),
    // ECS takes it in capital letters (documented).
    platformVersion: read.optional('platform-version')?.toUpperCase(),
    capacityProviderStrategy: read.parsed(
      'capacity-provider-strategy',
      parseStrategy,
      'one capacityProvider=NAME,weight=N,base=N a line, a JSON list of such objects, or none',
    ),
    enableExecuteCommand: read.optionalFlag('enable-execute-command'),
    enableEcsManagedTags: read.optionalFlag('enable-ecs-managed-tags'),
    propagateTags: read.optionalChoice('propagate-tags', ['TASK_DEFINITION', 'SERVICE', 'NONE']),
  };
}

/** Whether anything is asked of the service. */
export function asksForSettings(inputs: ServiceInputs): boolean {
  return (
    Object.values(inputs).some((value) => value !== undefined && value !== false) || asksForFalse(inputs)
  );
}

/** `force-new-deployment: false` asks for nothing; the same of the other two does. */
function asksForFalse({ enableExecuteCommand, enableEcsManagedTags }: ServiceInputs): boolean {
  return enableExecuteCommand === false || enableEcsManagedTags === false;
}

function parseAlarms(text: string): readonly string[] {
  const names = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return names.length === 1 && names[0]?.toLowerCase() === 'none' ? [] : [...new Set(names)];
}

/** As the AWS command line writes one, or JSON as aws-actions' action for tasks takes it. */
function parseStrategy(text: string): readonly CapacityProvider[] | undefined {
  if (text.toLowerCase() === 'none') return [];
  const items = text.startsWith('[') ? jsonList(text) : text.trim().split(/\s+/).map(shorthand);
  const providers = items?.map(providerOf);
  if (providers === undefined || providers.length === 0) return undefined;
  const known = providers.filter((provider) => provider !== undefined);
  return known.length === providers.length ? known : undefined;
}

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

/** Weight 0 to 1000, base 0 to 100000 (documented). */
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
