import { isDeepStrictEqual } from 'node:util';
import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../text/json.ts';
import { normalizeCpu, normalizeMemory, registrable, type TaskDefinitionDocument } from './document.ts';
import { type Shape, shapeOf } from './document-shape.ts';
import { isProvenanceTag } from './provenance.ts';

/**
 * Whether two documents would be the same revision in all but its number, so that registering the second one again
 * would only make a copy. ECS fills in defaults and reorders lists; both are taken out first.
 *
 * In doubt they differ: a revision too many is harmless, a change that is not deployed is not.
 */
export function isSame(one: TaskDefinitionDocument, other: TaskDefinitionDocument): boolean {
  return isDeepStrictEqual(canonicalForm(one), canonicalForm(other));
}

/**
 * A document as it compares with others: what only ECS writes and what it can't know is gone, defaults are left out whether
 * ECS filled them in or not, lists whose order has no meaning are sorted, sizes are in one unit. Not fit for registering.
 *
 * Which defaults ECS fills in is seen in real replies and in what Terraform's provider compares; AWS documents the
 * defaults themselves.
 */
export function canonicalForm(document: TaskDefinitionDocument): JsonObject {
  const { containerDefinitions, cpu, memory, tags, volumes, requiresCompatibilities, ...rest } =
    withoutComments(registrable(document));
  // In awsvpc mode a host port can only be the container's port (documented).
  const isAwsvpc = document.networkMode === 'awsvpc';
  return withoutDefaults(
    {
      ...rest,
      cpu: normalizeCpu(cpu),
      memory: normalizeMemory(memory),
      requiresCompatibilities: sorted(requiresCompatibilities, textOf),
      tags: sorted(
        listOf(tags).filter((tag) => !hasNoEffect(memberOf(tag, 'key'))),
        byMember('key'),
      ),
      volumes: sorted(listOf(volumes).map(canonicalVolume), byMember('name')),
      // Their order has no meaning to ECS, and it may come back otherwise (seen by Terraform's provider).
      containerDefinitions: sorted(
        listOf(containerDefinitions).map((container) => canonicalContainer(container, isAwsvpc)),
        byMember('name'),
      ),
    },
    { enableFaultInjection: false },
  );
}

/** Tags that AWS sets, and ours that say where a revision comes from: neither changes what runs. */
function hasNoEffect(key: string): boolean {
  return key.startsWith('aws:') || isProvenanceTag(key);
}

function canonicalContainer(container: Json, isAwsvpc: boolean): Json {
  if (!isJsonObject(container)) return container;
  return withoutDefaults(
    {
      ...container,
      healthCheck: objectWithoutDefaults(container.healthCheck, {
        interval: 30,
        timeout: 5,
        retries: 3,
        startPeriod: 0,
      }),
      restartPolicy: objectWithoutDefaults(container.restartPolicy, { restartAttemptPeriod: 300 }),
      portMappings: listOf(container.portMappings).map((mapping) => canonicalPort(mapping, isAwsvpc)),
      environment: sorted(container.environment, byMember('name')),
      secrets: sorted(container.secrets, byMember('name')),
      mountPoints: listOf(container.mountPoints).map((mount) =>
        objectWithoutDefaults(mount, { readOnly: false }),
      ),
      volumesFrom: listOf(container.volumesFrom).map((volume) =>
        objectWithoutDefaults(volume, { readOnly: false }),
      ),
      logConfiguration: objectWithoutDefaults(container.logConfiguration, {}),
      linuxParameters: canonicalLinuxParameters(container.linuxParameters),
    },
    {
      cpu: 0,
      essential: true,
      interactive: false,
      privileged: false,
      pseudoTerminal: false,
      readonlyRootFilesystem: false,
      disableNetworking: false,
      versionConsistency: 'enabled',
    },
  );
}

/** Host port 0 asks for "any", which in awsvpc mode can only be the container's own. */
function canonicalPort(mapping: Json, isAwsvpc: boolean): Json {
  if (!isJsonObject(mapping)) return mapping;
  const isOwn = isAwsvpc && mapping.hostPort === mapping.containerPort;
  const { hostPort, ...rest } = mapping;
  return withoutDefaults(isOwn ? rest : { ...rest, hostPort }, { protocol: 'tcp', hostPort: 0 });
}

function canonicalLinuxParameters(parameters: Json | undefined): Json | undefined {
  if (!isJsonObject(parameters)) return parameters;
  const capabilities = objectWithoutDefaults(parameters.capabilities, {});
  return withoutDefaults({ ...parameters, capabilities }, { initProcessEnabled: false });
}

/** A volume of the task's own disk comes back as `host: {}`. */
function canonicalVolume(volume: Json): Json {
  if (!isJsonObject(volume)) return volume;
  return withoutDefaults(
    {
      ...volume,
      host: objectWithoutDefaults(volume.host, {}),
      efsVolumeConfiguration: canonicalEfs(volume.efsVolumeConfiguration),
    },
    { configuredAtLaunch: false },
  );
}

/** With an access point ECS answers `rootDirectory: "/"` where none was given (seen by users); it means the same. */
function canonicalEfs(efs: Json | undefined): Json | undefined {
  if (!isJsonObject(efs)) return efs;
  const authorizationConfig = objectWithoutDefaults(efs.authorizationConfig, { iam: 'DISABLED' });
  return withoutDefaults(
    { ...efs, authorizationConfig },
    { rootDirectory: '/', transitEncryption: 'DISABLED' },
  );
}

function objectWithoutDefaults<T extends Json | undefined>(value: T, defaults: JsonObject): T | JsonObject {
  return isJsonObject(value) ? withoutDefaults(value, defaults) : value;
}

/** Without members that are null, empty, or the default: to ECS each of them is the same as no member. */
function withoutDefaults(object: JsonObject, defaults: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(
      ([name, value]) =>
        value !== undefined &&
        value !== null &&
        !isEmpty(value) &&
        !(Object.hasOwn(defaults, name) && value === defaults[name]),
    ),
  );
}

function isEmpty(value: Json): boolean {
  if (isJsonArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value.filter((item) => item !== null) : [];
}

/** Stable: of two entries with one key, each keeps its place, since the later may be the one that counts. */
function sorted(list: Json | undefined, key: (item: Json) => string): readonly Json[] {
  return listOf(list).toSorted((one, other) => compare(key(one), key(other)));
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function byMember(name: string): (item: Json) => string {
  return (item) => memberOf(item, name);
}

function memberOf(item: Json, name: string): string {
  return isJsonObject(item) ? textOf(item[name]) : '';
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/**
 * The document without members that ECS can't know by their names, such as `$schema` and `x-env`: every member of its API
 * begins with a small letter and has letters and digits (AWS's model). ECS passes over what it does not know, and does
 * not give it back. Labels and options have names of their own, which stay.
 */
function withoutComments(document: TaskDefinitionDocument): TaskDefinitionDocument {
  return membersOf(document, shapeOf(RegisterTaskDefinitionRequest$));
}

function without(value: Json, shape: Shape): Json {
  if (shape.kind === 'list')
    return isJsonArray(value) ? value.map((item) => without(item, shape.each())) : value;
  return isJsonObject(value) ? membersOf(value, shape) : value;
}

function membersOf(object: JsonObject, shape: Shape): JsonObject {
  if (shape.kind !== 'structure') return object;
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]): readonly (readonly [string, Json | undefined])[] => {
      if (!/^[a-z][A-Za-z0-9]*$/.test(name)) return [];
      const inner = shape.members.get(name);
      return [[name, inner === undefined || value === undefined ? value : without(value, inner())]];
    }),
  );
}
