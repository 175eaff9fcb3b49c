import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../aws/json.ts';
import { Failure } from '../failure.ts';
import { type Assignment, namesInBoth } from './assignments.ts';
import { containerNotFound } from './container.ts';
import { type ContainerDocument, containerNamed, type TaskDefinitionDocument } from './document.ts';

/** What a run changes in a task definition; what is left out stays as it is. Keys are container names. */
export interface Changes {
  readonly images?: ReadonlyMap<string, string> | undefined;
  readonly environmentVariables?: ReadonlyMap<string, ListChange> | undefined;
  readonly secrets?: ReadonlyMap<string, ListChange> | undefined;
}

export interface ListChange {
  /** For secrets the value is what ECS calls `valueFrom`. Of one name set twice the last counts. */
  readonly set: readonly Assignment[];
  /** Names to take out; one that is set too is set. */
  readonly remove: readonly string[];
}

/**
 * The document with the changes in it and with nothing else touched: unknown fields, empty strings, empty lists
 * and every order stay. An entry that exists is replaced in its place, a new one is put last.
 * @throws Failure container-not-found; input-invalid when one name is set as a variable and as a secret
 */
export function edit(document: TaskDefinitionDocument, changes: Changes): TaskDefinitionDocument {
  for (const name of namesOf(changes)) {
    if (containerNamed(document, name) === undefined) throw containerNotFound(document, name);
  }
  if (!isJsonArray(document.containerDefinitions) || namesOf(changes).size === 0) return document;
  const containerDefinitions = document.containerDefinitions.map((item) =>
    isJsonObject(item) && typeof item.name === 'string' ? editContainer(item, item.name, changes) : item,
  );
  return { ...document, containerDefinitions };
}

function editContainer(container: ContainerDocument, name: string, changes: Changes): ContainerDocument {
  const image = changes.images?.get(name);
  const environment = changes.environmentVariables?.get(name) ?? nothing;
  const secrets = changes.secrets?.get(name) ?? nothing;
  refuseBoth(name, environment, secrets);
  return {
    ...container,
    ...(image === undefined ? {} : { image }),
    ...editList(container, 'environment', 'value', environment, secrets),
    ...editList(container, 'secrets', 'valueFrom', secrets, environment),
  };
}

/**
 * One of the two lists, as a field to spread; none when nothing in it changes. A name that is set in the other list
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
  const waiting = new Map(values);
  const kept = entries.flatMap((entry): readonly Json[] => {
    const name = isJsonObject(entry) && typeof entry.name === 'string' ? entry.name : undefined;
    if (!isJsonObject(entry) || name === undefined) return [entry];
    if (removed.has(name)) return [];
    const value = values.get(name);
    if (value === undefined) return [entry];
    // A second entry of the same name goes: which of the two a container would see is not documented.
    return waiting.delete(name) ? [{ ...entry, [valueField]: value }] : [];
  });
  const added = [...waiting].map(([name, value]) => ({ name, [valueField]: value }));
  const after = [...kept, ...added];
  const isUntouched =
    after.length === entries.length && after.every((entry, index) => entry === entries[index]);
  return isUntouched ? {} : { [field]: after };
}

function refuseBoth(container: string, environment: ListChange, secrets: ListChange): void {
  const both = namesInBoth(environment.set, secrets.set);
  if (both.length === 0) return;
  throw new Failure({
    code: 'input-invalid',
    fault: 'yours',
    message: `Set both as an environment variable and as a secret of the container ${container}: ${both.join(', ')}.`,
    advice: 'ECS takes a name once. Keep one of the two.',
  });
}

function namesOf(changes: Changes): ReadonlySet<string> {
  return new Set(
    [changes.images, changes.environmentVariables, changes.secrets].flatMap((change) => [
      ...(change?.keys() ?? []),
    ]),
  );
}

const nothing: ListChange = { set: [], remove: [] };
