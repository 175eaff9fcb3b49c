import { isDeepStrictEqual } from 'node:util';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../text/json.ts';
import { keyEntriesOf } from './diff.ts';
import type { PlannedChange } from './plan.ts';

/**
 * Splits a change of an object or a list of objects into the members that differ, down to values that read as words:
 * nobody reads JSON in a log. A hidden change stays one. Pure.
 */
export function leavesOf(change: PlannedChange): readonly PlannedChange[] {
  const { name, hidden, before, after } = change;
  if (hidden || (!hasMembers(before) && !hasMembers(after))) return [change];
  const [one, other] = membersOf(name, before, after);
  const leaves = [...new Set([...one.keys(), ...other.keys()])].flatMap((member) => {
    const [from, to] = [one.get(member), other.get(member)];
    if (isDeepStrictEqual(from, to)) return [];
    const kind = from === undefined ? 'added' : to === undefined ? 'removed' : 'changed';
    return leavesOf({ name: member, kind, hidden, before: from ?? null, after: to ?? null });
  });
  // Only the order differs.
  return leaves.length === 0 ? [change] : leaves;
}

/** A value in words: a list of words as a command line, with quotes where a word has blanks. */
export function leafInWords(value: Json): string {
  if (value === null) return 'not set';
  if (value === '') return '""';
  if (hasMembers(value)) return 'in another order';
  if (isJsonArray(value)) {
    const words = value.map((item) => (typeof item === 'string' ? quoted(item) : leafInWords(item)));
    return words.length === 0 ? 'empty' : words.join(' ');
  }
  return isJsonObject(value) ? 'empty' : String(value);
}

function quoted(word: string): string {
  return word === '' || /\s/.test(word) ? JSON.stringify(word) : word;
}

function hasMembers(value: Json): boolean {
  if (isJsonArray(value)) return value.some((item) => isJsonObject(item) || isJsonArray(item));
  return isJsonObject(value) && Object.keys(value).length > 0;
}

type Members = ReadonlyMap<string, Json>;

function membersOf(name: string, before: Json, after: Json): readonly [Members, Members] {
  const list = /\w+$/.exec(name)?.[0] ?? '';
  const [one, other] = [before, after].map((value) =>
    isJsonArray(value) ? keyEntriesOf(list, value) : undefined,
  );
  const isKeyed = [before, after].every(
    (value, index) => !isJsonArray(value) || [one, other][index] !== undefined,
  );
  const named = (value: Json, keyed: JsonObject | undefined): Members => {
    if (isJsonArray(value)) {
      const entries = isKeyed && keyed !== undefined ? Object.entries(keyed) : [...value.entries()];
      return new Map(entries.map(([entry, item]) => [`${name}[${entry}]`, item ?? null]));
    }
    if (isJsonObject(value))
      return new Map(Object.entries(value).map(([member, item]) => [`${name}.${member}`, item ?? null]));
    return new Map(value === null ? [] : [[name, value]]);
  };
  return [named(before, one), named(after, other)];
}
