import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../process/failure.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../text/json.ts';
import { type Assignment, namesInBoth } from './assignments.ts';
import { containerNotFound } from './container.ts';
import { type ContainerDocument, containerNamed, type TaskDefinitionDocument } from './document.ts';

/** The changes of a run to a task definition; members that are left out stay as they are. */
export interface Changes {
  readonly family?: string | undefined;
  /** To set; others stay. */
  readonly tags?: readonly Assignment[] | undefined;
  readonly cpu?: string | undefined;
  readonly memory?: string | undefined;
  readonly taskRoleArn?: string | undefined;
  readonly executionRoleArn?: string | undefined;
  readonly cpuArchitecture?: string | undefined;
  readonly operatingSystemFamily?: string | undefined;
  /** By their names. */
  readonly containers?: ReadonlyMap<string, ContainerChanges>;
}

export interface ContainerChanges {
  readonly image?: string | undefined;
  readonly environment?: ListChange | undefined;
  readonly secrets?: ListChange | undefined;
  /** ARNs of files in S3: the whole list. */
  readonly environmentFiles?: readonly string[] | undefined;
  readonly command?: readonly string[] | undefined;
  readonly dockerLabels?: readonly Assignment[] | undefined;
  readonly logDriver?: string | undefined;
  readonly logOptions?: readonly Assignment[] | undefined;
}

export interface ListChange {
  /** For secrets the value is what ECS calls `valueFrom`. Of one name set twice the last counts. */
  readonly set: readonly Assignment[];
  /** Names to take out; one that is set too is set. `*` takes out all that are not set. */
  readonly remove: readonly string[];
}

/**
 * The document with the changes in it and with nothing else touched: unknown fields, empty strings, empty lists
 * and every order stay. An entry that exists is replaced in its place, a new one is put last.
 * @throws Failure container-not-found; input-invalid when one name is set as a variable and as a secret
 */
export function edit(document: TaskDefinitionDocument, changes: Changes): TaskDefinitionDocument {
  const { containers = new Map<string, ContainerChanges>() } = changes;
  for (const name of containers.keys()) {
    if (containerNamed(document, name) === undefined) throw containerNotFound(document, name, 'images');
  }
  const { family, cpu, memory, taskRoleArn, executionRoleArn } = changes;
  return withMembers(document, {
    family,
    cpu,
    memory,
    taskRoleArn,
    executionRoleArn,
    ...editTags(document, changes),
    ...editPlatform(document, changes),
    ...editContainers(document, containers),
  });
}

function editTags({ tags }: TaskDefinitionDocument, { tags: set = [] }: Changes): JsonObject {
  if (set.length === 0) return {};
  const waiting = new Map(set.map(({ name, value }) => [name, value]));
  const kept = (isJsonArray(tags) ? tags : []).map((tag): Json => {
    const key = isJsonObject(tag) && typeof tag.key === 'string' ? tag.key : '';
    const value = waiting.get(key);
    return waiting.delete(key) && isJsonObject(tag) ? { ...tag, value: value ?? '' } : tag;
  });
  return { tags: [...kept, ...[...waiting].map(([key, value]) => ({ key, value }))] };
}

function editPlatform(
  { runtimePlatform }: TaskDefinitionDocument,
  { cpuArchitecture, operatingSystemFamily }: Changes,
): JsonObject {
  if (cpuArchitecture === undefined && operatingSystemFamily === undefined) return {};
  const before = isJsonObject(runtimePlatform) ? runtimePlatform : {};
  return { runtimePlatform: withMembers(before, { cpuArchitecture, operatingSystemFamily }) };
}

function editContainers(
  { containerDefinitions }: TaskDefinitionDocument,
  containers: ReadonlyMap<string, ContainerChanges>,
): JsonObject {
  if (!isJsonArray(containerDefinitions) || containers.size === 0) return {};
  return {
    containerDefinitions: containerDefinitions.map((item) => {
      if (!isJsonObject(item) || typeof item.name !== 'string') return item;
      const changes = containers.get(item.name);
      return changes === undefined ? item : editContainer(item, item.name, changes);
    }),
  };
}

function editContainer(
  container: ContainerDocument,
  name: string,
  changes: ContainerChanges,
): ContainerDocument {
  const { image, command, environmentFiles, environment = noListChange, secrets = noListChange } = changes;
  rejectNamesInBoth(name, environment, secrets);
  return withMembers(container, {
    image,
    command,
    // ECS knows the type s3 only (documented).
    environmentFiles: environmentFiles?.map((value) => ({ value, type: 's3' })),
    ...editList(container, 'environment', 'value', environment, secrets),
    ...editList(container, 'secrets', 'valueFrom', secrets, environment),
    ...editLabels(container, changes.dockerLabels),
    ...editLogging(container, changes),
  });
}

/** Members that are undefined are not touched; the order of those that are there stays. */
function withMembers(object: JsonObject, members: JsonObject): JsonObject {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return given.length === 0 ? object : { ...object, ...Object.fromEntries(given) };
}

/**
 * Edits one of the two lists, as a field to spread; none when nothing changes. A name that is set in the other list
 * leaves this one: ECS refuses a name that is in both (documented).
 */
function editList(
  container: ContainerDocument,
  field: 'environment' | 'secrets',
  valueField: 'value' | 'valueFrom',
  own: ListChange,
  other: ListChange,
): JsonObject {
  const before = container[field];
  const entries = isJsonArray(before) ? before : [];
  const values = new Map(own.set.map(({ name, value }) => [name, value]));
  const removed = new Set([
    ...own.remove.filter((name) => !values.has(name)),
    ...other.set.map(({ name }) => name),
  ]);
  const removesRest = removed.has('*');
  const waiting = new Map(values);
  const kept = entries.flatMap((entry): readonly Json[] => {
    const name = isJsonObject(entry) && typeof entry.name === 'string' ? entry.name : undefined;
    if (!isJsonObject(entry) || name === undefined) return [entry];
    const value = values.get(name);
    if (removed.has(name) || (removesRest && value === undefined)) return [];
    if (value === undefined) return [entry];
    // A second entry of the same name goes: which of the two a container would see is not documented.
    return waiting.delete(name) ? [{ ...entry, [valueField]: value }] : [];
  });
  const added = [...waiting].map(([name, value]) => ({ name, [valueField]: value }));
  const after = [...kept, ...added];
  return isDeepStrictEqual(after, entries) ? {} : { [field]: after };
}

function editLabels({ dockerLabels }: ContainerDocument, set: readonly Assignment[] | undefined): JsonObject {
  if (set === undefined || set.length === 0) return {};
  return { dockerLabels: { ...(isJsonObject(dockerLabels) ? dockerLabels : {}), ...toMembers(set) } };
}

/** Options belong to their driver: those of another one go with it (our choice; ECS would refuse most of them). */
function editLogging(
  { logConfiguration }: ContainerDocument,
  { logDriver, logOptions = [] }: ContainerChanges,
): JsonObject {
  if (logDriver === undefined && logOptions.length === 0) return {};
  const before = isJsonObject(logConfiguration) ? logConfiguration : {};
  const isOther = logDriver !== undefined && logDriver !== before.logDriver;
  const kept = isOther ? {} : before;
  const options = isJsonObject(kept.options) ? kept.options : {};
  return {
    logConfiguration: {
      ...kept,
      ...(logDriver === undefined ? {} : { logDriver }),
      ...(logOptions.length === 0 ? {} : { options: { ...options, ...toMembers(logOptions) } }),
    },
  };
}

/** Own members whatever the names: `__proto__` is a name like any other. */
function toMembers(assignments: readonly Assignment[]): JsonObject {
  return Object.fromEntries(assignments.map(({ name, value }) => [name, value]));
}

function rejectNamesInBoth(container: string, environment: ListChange, secrets: ListChange): void {
  const inContainer = ({ name, value }: Assignment): Assignment => ({ name, value });
  const both = namesInBoth(environment.set.map(inContainer), secrets.set.map(inContainer));
  if (both.length === 0) return;
  throw new Failure({
    code: 'input-invalid',
    fault: 'yours',
    message: `Set both as an environment variable and as a secret of the container ${container}: ${both.join(', ')}.`,
    advice: 'ECS takes a name once. Keep one of the two.',
  });
}

const noListChange: ListChange = { set: [], remove: [] };
