import { isJsonArray, isJsonObject, type Json, listIn, objectIn, textIn } from '../text/json.ts';

/** What `docker info` says of the client, its plugins and the engine. */
export interface DockerInfo {
  /** Undefined when no engine answered. */
  readonly serverVersion: string | undefined;
  /** Why no engine answered, in Docker's words. */
  readonly serverError: string | undefined;
  /** Set when the command is Podman's, which some systems install under Docker's name. */
  readonly podmanVersion: string | undefined;
  /** Clients before 24 don't tell it here (seen in 20.10). */
  readonly clientVersion: string | undefined;
  /** The version of buildx, `unknown` where it does not say; undefined without buildx. */
  readonly buildxVersion: string | undefined;
  readonly engine: EngineFacts;
}

export interface EngineFacts {
  /** Platforms that the engine runs without emulation, as Docker writes them. */
  readonly platforms: readonly string[];
  /** Whether it keeps images in containerd's store, which can hold an index. */
  readonly hasImageStore: boolean;
}

/**
 * Reads the reply of `docker info --format '{{json .}}'`. One command for all of it: each takes a tenth of a second, and
 * several at once take each other's processor.
 */
export function readInfo(stdout: string): DockerInfo {
  const info = objectIn(parsed(stdout));
  const client = objectIn(info.ClientInfo);
  const { OSType: os, Architecture: machine } = info;
  const buildx = listIn(client.Plugins)
    .map(objectIn)
    .find(({ Name: name, Err: error }) => name === 'buildx' && error === undefined);
  return {
    serverVersion: textIn(info.ServerVersion) || undefined,
    // Podman's own reply: it has another shape than Docker's.
    podmanVersion:
      textIn(objectIn(info.host).buildahVersion) === undefined
        ? undefined
        : (textIn(objectIn(info.version).Version) ?? 'unknown'),
    serverError: textIn(listIn(info.ServerErrors)[0]),
    clientVersion: textIn(client.Version),
    buildxVersion: buildx && buildxVersionOf(textIn(buildx.Version) ?? ''),
    engine: {
      platforms:
        typeof os === 'string' && typeof machine === 'string' && os !== ''
          ? [`${os}/${architectures[machine] ?? machine}`]
          : [],
      hasImageStore: hasStore(info.DriverStatus),
    },
  };
}

/** The version without its `v`. A build from source without its build flags calls itself 0.0.0. */
export function buildxVersionOf(text: string): string {
  const version = /^v?(\d+\.\d+\.\d\S*)$/.exec(text)?.[1];
  return version === undefined || version.startsWith('0.0.0') ? 'unknown' : version;
}

function hasStore(status: Json | undefined): boolean {
  return listIn(status).some(
    (pair) => isJsonArray(pair) && pair[0] === 'driver-type' && pair[1] === containerdStore,
  );
}

/** Seen in the replies of engines 25 to 29. */
const containerdStore = 'io.containerd.snapshotter.v1';

/** The kernel's names, as the engine tells them, and Docker's. */
export const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm/v7',
  arm: 'arm/v7',
};

function parsed(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
