import { isJsonObject, type Json, type JsonObject, textIn } from '../text/json.ts';

/**
 * Merges members into what a service has: an object member by member, everything else as a whole, lists too. A hook has no
 * name by which the service's list and the given one could be merged.
 */
export function mergeMembers(before: Json | undefined, given: Json): Json {
  if (!isJsonObject(before) || !isJsonObject(given)) return given;
  const members = Object.entries(given).map(([name, value]) => [
    name,
    mergeMembers(before[name], value ?? null),
  ]);
  return { ...before, ...Object.fromEntries(members) };
}

/** A configuration with other values of some members, to be sent whole; null leaves a member out. */
export function withMembers(configuration: JsonObject, members: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries({ ...configuration, ...members }).filter(
      ([, value]) => value !== null && value !== undefined,
    ),
  );
}

/**
 * The steps that a configuration keeps from another strategy, as null. AWS calls them "only valid" with their own strategy
 * (API reference), so a changed strategy drops them.
 */
export function stepsOfOthers(configuration: JsonObject): JsonObject {
  const strategy = textIn(configuration.strategy) ?? 'ROLLING';
  return Object.fromEntries(
    stepMembers
      .filter(([owner, member]) => owner !== strategy && configuration[member] !== undefined)
      .map(([, member]) => [member, null]),
  );
}

const stepMembers = [
  ['LINEAR', 'linearConfiguration'],
  ['CANARY', 'canaryConfiguration'],
] as const;
