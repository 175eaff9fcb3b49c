import { isJsonArray, isJsonObject, type Json, type JsonObject, objectIn, wordIn } from '../text/json.ts';

/**
 * The value of a service's setting in words, never as JSON: `on with rollback for errors`, `FARGATE weight 1`,
 * `canaryPercent 10, canaryBakeTimeInMinutes 5`. Pure.
 */
export function settingInWords(value: Json): string {
  if (value === null) return 'not set';
  if (isJsonArray(value)) {
    const separator = value.some(isHook) ? '; ' : ', ';
    return value.length === 0 ? 'none' : value.map(itemInWords).join(separator);
  }
  if (!isJsonObject(value)) return String(value);
  const { enable, rollback, alarmNames, ...others } = value;
  const names = isJsonArray(alarmNames) && alarmNames.length > 0 ? ` for ${settingInWords(alarmNames)}` : '';
  const state =
    enable === undefined ? [] : [enable !== true ? 'off' : `on${rollback === true ? ' with rollback' : ''}`];
  const parts = [
    ...(state.length === 0 && names === '' ? [] : [`${state.join('')}${names}`]),
    ...membersInWords(others),
  ];
  return parts.length === 0 ? 'empty' : parts.join(', ');
}

function itemInWords(item: Json): string {
  if (!isJsonObject(item)) return settingInWords(item);
  if (isHook(item)) return hookInWords(item);
  const { capacityProvider, ...others } = item;
  return capacityProvider === undefined
    ? settingInWords(item)
    : [wordIn(capacityProvider), ...membersInWords(others)].join(' ');
}

function membersInWords(members: JsonObject): readonly string[] {
  return Object.entries(members).map(([name, value]) =>
    isJsonObject(value) || isJsonArray(value)
      ? `${name} (${settingInWords(value)})`
      : `${name} ${settingInWords(value ?? null)}`,
  );
}

function isHook(item: Json): boolean {
  return isJsonObject(item) && isJsonArray(item.lifecycleStages);
}

/** `pause at POST_SCALE_UP`, `smoke-test at PRE_SCALE_UP and POST_SCALE_UP`; what it hands to a function may be secret. */
export function hookInWords({
  targetType,
  hookTargetArn,
  lifecycleStages,
  timeoutConfiguration,
}: JsonObject): string {
  const who =
    targetType === 'PAUSE' ? 'pause' : (/:function:(.+)$/.exec(wordIn(hookTargetArn))?.[1] ?? 'function');
  const stages = isJsonArray(lifecycleStages) ? lifecycleStages.map(wordIn).join(' and ') : '';
  const { timeoutInMinutes, action } = objectIn(timeoutConfiguration);
  const timeout =
    timeoutInMinutes === undefined
      ? ''
      : ` (up to ${settingInWords(timeoutInMinutes)} min, then ${wordIn(action) || 'ROLLBACK'})`;
  return `${who} at ${stages}${timeout}`;
}
