import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../text/json.ts';

/**
 * A task definition as RegisterTaskDefinition takes it, `tags` included. Plain JSON and never the SDK's type: the
 * SDK drops what it does not know, and a document may hold fields that are newer than the SDK in this bundle.
 */
export type TaskDefinitionDocument = JsonObject;

/** A member of `containerDefinitions`. */
export type ContainerDocument = JsonObject;

/** Members that DescribeTaskDefinition adds and RegisterTaskDefinition does not take (documented). */
export const readOnlyFields: ReadonlySet<string> = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
]);

/**
 * The document without what only ECS writes, fit for registering. Silent: nobody asked for those fields. Tags of AWS's own
 * (`aws:`), which the console shows beside the others, are left out too: a request that sets them is refused.
 */
export function registrable(document: TaskDefinitionDocument): TaskDefinitionDocument {
  const { tags } = document;
  const written =
    isJsonArray(tags) && tags.some(isTagOfAws) ? { tags: tags.filter((tag) => !isTagOfAws(tag)) } : {};
  return {
    ...Object.fromEntries(Object.entries(document).filter(([field]) => !readOnlyFields.has(field))),
    ...written,
  };
}

/**
 * A reply of DescribeTaskDefinition as one document. Its tags stand beside the task definition there and inside the
 * request of RegisterTaskDefinition; without them the next revision would lose its tags.
 */
export function fromDescribed({ taskDefinition, tags }: JsonObject): TaskDefinitionDocument {
  const described = isJsonObject(taskDefinition) ? taskDefinition : {};
  return registrable(isJsonArray(tags) && tags.length > 0 ? { ...described, tags } : described);
}

/** The containers in their order; anything that is no object (a null in a list) is passed over. */
export function containersOf(document: TaskDefinitionDocument): readonly ContainerDocument[] {
  return isJsonArray(document.containerDefinitions) ? document.containerDefinitions.filter(isJsonObject) : [];
}

export function containerNamed(
  document: TaskDefinitionDocument,
  name: string,
): ContainerDocument | undefined {
  return containersOf(document).find((container) => container.name === name);
}

/** The names of all containers, for choosing and for messages. */
export function containerNames(document: TaskDefinitionDocument): readonly string[] {
  return containersOf(document).flatMap((container) => textOf(container.name) ?? []);
}

/**
 * The platform that the tasks run on, in Docker's words. Omitted means LINUX and X86_64 (documented), and Fargate's
 * Windows is X86_64 only.
 */
export function platformOf(
  document: TaskDefinitionDocument,
): 'linux/amd64' | 'linux/arm64' | 'windows/amd64' {
  const asked = isJsonObject(document.runtimePlatform) ? document.runtimePlatform : {};
  if (textOf(asked.operatingSystemFamily)?.startsWith('WINDOWS') === true) return 'windows/amd64';
  return asked.cpuArchitecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64';
}

function isTagOfAws(tag: Json): boolean {
  return isJsonObject(tag) && textOf(tag.key)?.startsWith('aws:') === true;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * A task's `cpu` as ECS gives it back: units in a string, 1024 of them a vCPU (documented). `"1 vCPU"`, `".5vcpu"`
 * and the number 256 are taken too; anything else stays as it is.
 */
export function normalizeCpu(cpu: Json | undefined): Json | undefined {
  return scale(cpu, /^(\d+(?:\.\d+)?|\.\d+)\s*vcpu$/i);
}

/** A task's `memory` as ECS gives it back: MiB in a string; `"2 GB"` is 2048 (documented). */
export function normalizeMemory(memory: Json | undefined): Json | undefined {
  return scale(memory, /^(\d+(?:\.\d+)?|\.\d+)\s*gb$/i);
}

/** 1024 units are a vCPU, and 1024 MiB what ECS calls a GB. */
function scale(size: Json | undefined, large: RegExp): Json | undefined {
  if (typeof size === 'number') return String(size);
  if (typeof size !== 'string') return size;
  const count = large.exec(size.trim())?.[1];
  return count === undefined ? size.trim() : String(Number(count) * 1024);
}
