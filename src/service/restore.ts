import { isDeepStrictEqual } from 'node:util';
import type { ChangedSetting } from '../reference/rollback-target.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, objectIn } from '../text/json.ts';
import { settingInWords } from './setting-words.ts';

/** What a rollback does with the settings that its run has changed. */
export interface Restore {
  /** Members of UpdateService; `deploymentConfiguration` whole, with what it has by now of all other members. */
  readonly request: JsonObject;
  /** The settings that it restores, as `desired-count from 4 to 2`. */
  readonly restored: readonly string[];
  /** The settings that somebody else has changed since, as `desired-count is 8 (this run set 4, it was 2 before)`. */
  readonly left: readonly string[];
}

export const nothingToRestore: Restore = { request: {}, restored: [], left: [] };

/**
 * Puts back only what still has this run's value: a count that autoscaling has raised since, or percents that somebody
 * has corrected, belong to them. A setting that shows its earlier value is sent anyway, because a reading may be
 * older than the run's own update (ECS is eventually consistent), and sending it changes nothing otherwise. Pure.
 *
 * @param service as DescribeServices shows it now
 */
export function restoreOf(settings: readonly ChangedSetting[], service: JsonObject): Restore {
  const configuration = objectIn(service.deploymentConfiguration);
  const looked = settings.map((setting) => {
    const { place, member, before, after } = setting;
    const now = valueOf(place === 'service' ? service : configuration, member);
    return { setting, now, isOurs: holds(now, after) || holds(now, before) };
  });
  const ours = looked.filter(({ isOurs }) => isOurs);
  const members = (of: ChangedSetting['place']): JsonObject =>
    Object.fromEntries(
      ours
        .filter(({ setting }) => setting.place === of)
        .map(({ setting: { member, before }, now }) => [member, merged(now, before)]),
    );
  const inConfiguration = members('deploymentConfiguration');
  return {
    request: {
      ...members('service'),
      ...(Object.keys(inConfiguration).length > 0
        ? { deploymentConfiguration: { ...configuration, ...inConfiguration } }
        : {}),
    },
    restored: ours.map(
      ({ setting: { name, before, after } }) =>
        `${name} from ${settingInWords(after)} to ${settingInWords(before)}`,
    ),
    left: looked
      .filter(({ isOurs }) => !isOurs)
      .map(
        ({ setting: { name, before, after }, now }) =>
          `${name} is ${settingInWords(now)} (this run set ${settingInWords(after)}, it was ${settingInWords(before)} before)`,
      ),
  };
}

/**
 * Those that ECS's own rollback does not bring back: a service revision holds platform version and capacity providers
 * (documented), but neither the count nor how the service deploys. Sending them starts no deployment (documented).
 */
export function notInRevision(settings: readonly ChangedSetting[]): readonly ChangedSetting[] {
  return settings.filter(
    ({ member }) => member !== 'platformVersion' && member !== 'capacityProviderStrategy',
  );
}

/** Members of UpdateService as options of `aws ecs update-service`. */
export function optionsOf(request: JsonObject): string {
  return Object.entries(request)
    .map(([member, value]) => {
      if (value === true || value === false) return ` --${value ? '' : 'no-'}${optionName(member)}`;
      return ` --${optionName(member)} ${typeof value === 'object' ? quoted(JSON.stringify(value)) : value}`;
    })
    .join('');
}

/** The value of a member, or what stands for one that the service does not show (documented defaults). */
export function valueOf(document: JsonObject, member: string): Json {
  return document[member] ?? defaults[member] ?? null;
}

/** Whether two values of a setting are the same. */
export function isSameValue(one: Json | undefined, other: Json | undefined): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other));
}

/** Whether a value is still what was set; members that ECS has filled in are no difference. */
export function holds(now: Json, set: Json): boolean {
  if (!isJsonObject(now) || !isJsonObject(set)) return isSameValue(now, set);
  return Object.entries(set).every(([name, value]) => isSameValue(now[name], value));
}

function merged(now: Json, before: Json): Json {
  return isJsonObject(now) && isJsonObject(before) ? { ...now, ...before } : before;
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

function optionName(member: string): string {
  if (member === 'enableECSManagedTags') return 'enable-ecs-managed-tags';
  return member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
