import { isDeepStrictEqual } from 'node:util';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../text/json.ts';

/** A difference between two documents. */
export interface Difference {
  readonly path: Path;
  /** Undefined: it is new. */
  readonly before: Json | undefined;
  /** Undefined: it is gone. */
  readonly after: Json | undefined;
}

/** Names of members; an entry of a list by its own name, e.g. `['containerDefinitions', { entry: 'web' }, 'image']`. */
export type Path = readonly (string | { readonly entry: string })[];

/** `containerDefinitions[web].image` */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'string' ? `${index === 0 ? '' : '.'}${part}` : `[${part.entry}]`))
    .join('');
}

/**
 * Compares member by member. Entries of lists whose entries have names are matched by name and not by
 * position; every other list is one value. Pure; nothing for documents that are equal.
 */
export function diff(before: JsonObject, after: JsonObject): readonly Difference[] {
  return diffMembers(before, after, []);
}

function diffMembers(
  before: JsonObject,
  after: JsonObject,
  path: Path,
  part: (name: string) => Path[number] = (name) => name,
): readonly Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => diffValues(own(before, name), own(after, name), [...path, part(name)]));
}

function diffValues(before: Json | undefined, after: Json | undefined, path: Path): readonly Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isJsonObject(before) && isJsonObject(after)) return diffMembers(before, after, path);
  const list = path.at(-1);
  const [one, other] = [before, after].map((value) => keyEntriesOf(list, value));
  return one === undefined || other === undefined
    ? [{ path, before, after }]
    : diffMembers(one, other, path, (entry) => ({ entry }));
}

/** The same, of a list that ECS knows by this name; undefined for any other. */
export function keyEntriesOf(name: Path[number] | undefined, list: Json | undefined): JsonObject | undefined {
  const key = entryKeys.get(name);
  return key === undefined ? undefined : keyEntries(list, key);
}

/**
 * The list as an object by what names its entries; a list that is not there as an empty one. Undefined when an entry has
 * no name, or two have the same: then the list is compared as a whole.
 */
export function keyEntries(list: Json | undefined, key: readonly string[]): JsonObject | undefined {
  if (list === undefined) return {};
  if (!isJsonArray(list) || list.length === 0) return undefined;
  const entries = list.map((item): [string, Json] | undefined => {
    if (!isJsonObject(item)) return undefined;
    const parts = key.map((member) => item[member]).filter((part) => part !== undefined && part !== null);
    const isNamed =
      parts.length > 0 && parts.every((part) => typeof part === 'string' || typeof part === 'number');
    return isNamed ? [parts.join(':'), item] : undefined;
  });
  const named = entries.filter((entry) => entry !== undefined);
  const isUnique = new Set(named.map(([name]) => name)).size === list.length;
  return isUnique ? Object.fromEntries(named) : undefined;
}

/** The members that name the entries of each list. */
const entryKeys: ReadonlyMap<Path[number] | undefined, readonly string[]> = new Map([
  ['containerDefinitions', ['name']],
  ['environment', ['name']],
  ['secrets', ['name']],
  ['secretOptions', ['name']],
  ['environmentFiles', ['value']],
  ['portMappings', ['containerPort', 'containerPortRange', 'protocol']],
  ['mountPoints', ['containerPath']],
  ['volumesFrom', ['sourceContainer']],
  ['dependsOn', ['containerName']],
  ['ulimits', ['name']],
  ['systemControls', ['namespace']],
  ['volumes', ['name']],
  ['tags', ['key']],
]);

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
