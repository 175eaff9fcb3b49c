import { isJsonArray, isJsonObject, type Json } from '../text/json.ts';

/** The value of a service's setting in words, never as JSON: `on with rollback for errors`, `FARGATE weight 1`. Pure. */
export function settingInWords(value: Json): string {
  if (value === null) return 'not set';
  if (isJsonArray(value)) return value.length === 0 ? 'none' : value.map(settingInWords).join(', ');
  if (!isJsonObject(value)) return String(value);
  const { enable, rollback, alarmNames, capacityProvider, ...others } = value;
  const state =
    enable === undefined ? [] : [enable !== true ? 'off' : rollback === true ? 'on with rollback' : 'on'];
  const names = isJsonArray(alarmNames) && alarmNames.length > 0 ? [`for ${settingInWords(alarmNames)}`] : [];
  const provider = capacityProvider === undefined ? [] : [settingInWords(capacityProvider)];
  const rest = Object.entries(others).map(([member, one]) => `${member} ${settingInWords(one ?? null)}`);
  return [...state, ...names, ...provider, ...rest].join(' ');
}
