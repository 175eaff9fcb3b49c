import { isDeepStrictEqual } from 'node:util';
import type { ChangedSetting } from '../reference/rollback-target.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, objectIn } from '../text/json.ts';
import { stepsOfOthers, withMembers } from './deployment-configuration.ts';
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
        .map(({ setting: { member, before, after }, now }) => [member, earlier(now, before, after)]),
    );
  const inConfiguration = members('deploymentConfiguration');
  const restoredConfiguration = withMembers(configuration, inConfiguration);
  return {
    request: {
      ...members('service'),
      ...(Object.keys(inConfiguration).length > 0
        ? {
            // Steps that somebody else has given the strategy of this run would be refused beside the earlier one.
            deploymentConfiguration:
              inConfiguration.strategy === undefined
                ? restoredConfiguration
                : withMembers(restoredConfiguration, stepsOfOthers(restoredConfiguration)),
          }
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

/** The earlier value, with the members that ECS has filled in and without those that this run has added. */
function earlier(now: Json, before: Json, after: Json): Json {
  if (!isJsonObject(now) || !isJsonObject(before)) return before;
  const added = Object.keys(isJsonObject(after) ? after : {}).filter((name) => !Object.hasOwn(before, name));
  return { ...withMembers(now, Object.fromEntries(added.map((name) => [name, null]))), ...before };
}

const defaults: JsonObject = {
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  deploymentCircuitBreaker: { enable: false, rollback: false },
  alarms: { alarmNames: [], enable: false, rollback: false },
  strategy: 'ROLLING',
  lifecycleHooks: [],
  earlySuccessCriteria: { enable: false },
  platformVersion: 'LATEST',
  // An empty list is back to the launch type.
  capacityProviderStrategy: [],
  enableExecuteCommand: false,
  enableECSManagedTags: false,
  propagateTags: 'NONE',
};

/**
 * A value with the documented defaults of what it leaves out. Lists of names, of providers and of hooks have no order that
 * matters; all hooks of a stage run at once (documented).
 */
function comparable(value: Json | undefined): Json | undefined {
  if (isJsonArray(value)) return sorted(value.map((item) => (isJsonObject(item) ? itemOf(item) : item)));
  if (!isJsonObject(value)) return value;
  return isJsonArray(value.alarmNames) ? { ...value, alarmNames: sorted(value.alarmNames) } : value;
}

/** A hook or a capacity provider. */
function itemOf(item: JsonObject): JsonObject {
  const { lifecycleStages, timeoutConfiguration } = item;
  if (!isJsonArray(lifecycleStages)) return { weight: 0, base: 0, ...item };
  return {
    targetType: 'AWS_LAMBDA',
    ...item,
    lifecycleStages: sorted(lifecycleStages),
    timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK', ...objectIn(timeoutConfiguration) },
  };
}

function sorted(list: readonly Json[]): readonly Json[] {
  return list.toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1));
}

/** The same for two objects that differ in the order of their members. */
function textOf(value: Json): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

function optionName(member: string): string {
  if (member === 'enableECSManagedTags') return 'enable-ecs-managed-tags';
  return member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
