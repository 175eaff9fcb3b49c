import { isJsonArray, isJsonObject, type Json, listIn, objectIn, textIn } from '../text/json.ts';

/** What `docker info` reports about the client, its plugins and the engine. */
export interface DockerInfo {
  /** Undefined if no engine answered. */
  readonly serverVersion: string | undefined;
  /** Docker's words for why no engine answered. */
  readonly serverError: string | undefined;
  /** Set if the command is Podman, which some systems install under Docker's name. */
  readonly podmanVersion: string | undefined;
  /** Undefined before client version 24 (observed in 20.10). */
  readonly clientVersion: string | undefined;
  /** The version of buildx, `unknown` if it doesn't report it; undefined without buildx. */
  readonly buildxVersion: string | undefined;
  readonly engine: EngineFacts;
}

export interface EngineFacts {
  /** Platforms that the engine runs without emulation, as Docker writes them. */
  readonly platforms: readonly string[];
  /** Whether it stores images in containerd, which can hold an index. */
  readonly hasImageStore: boolean;
}

/**
 * Reads the reply of `docker info --format '{{json .}}'`. A single command answers everything: each takes a tenth of a second,
 * and several at once compete for the processor.
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
    // Podman's reply has another shape than Docker's.
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

/** The version without its `v`. A build from source without the build flags reports 0.0.0. */
export function buildxVersionOf(text: string): string {
  const version = /^v?(\d+\.\d+\.\d\S*)$/.exec(text)?.[1];
  return version === undefined || version.startsWith('0.0.0') ? 'unknown' : version;
}

function hasStore(status: Json | undefined): boolean {
  return listIn(status).some(
    (pair) => isJsonArray(pair) && pair[0] === 'driver-type' && pair[1] === containerdStore,
  );
}

/** Observed in the replies of engines 25 to 29. */
const containerdStore = 'io.containerd.snapshotter.v1';

/** Docker's names by the kernel's, which the engine reports. */
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
