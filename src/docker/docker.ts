import { execFile } from 'node:child_process';
import { isJsonObject, type Json } from '../aws/json.ts';
import { Failure } from '../failure.ts';

/** The docker command line as found on this machine, and how to start it. */
export interface Docker {
  /** For every docker command: holds DOCKER_HOST, DOCKER_CONFIG and the like. */
  readonly env: NodeJS.ProcessEnv;
  readonly clientVersion: string;
  readonly serverVersion: string;
  /** The version of buildx, `unknown` where it does not say; undefined without buildx. */
  readonly buildxVersion: string | undefined;
}

/**
 * Finds the client, the engine that it talks to, and buildx.
 * @throws Failure docker-missing, docker-engine-missing; the reason of the signal when it is aborted
 */
export async function findDocker(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Docker> {
  const [version, buildx] = await Promise.all([
    runDocker({ env, signal, args: ['version', '--format', '{{json .}}'] }),
    findBuildx(env, signal),
  ]);
  if (version.kind === 'missing') {
    throw new Failure({
      code: 'docker-missing',
      fault: 'yours',
      message: 'There is no docker command on this runner.',
      advice: 'Use a runner that has Docker, or name an image that exists already with the input image.',
    });
  }
  const { client, server } = readVersions(version.stdout);
  if (server === undefined) throw engineMissing(env, version.stderr);
  return {
    env,
    clientVersion: client ?? 'unknown',
    serverVersion: server,
    buildxVersion: buildx,
  };
}

/** The version of buildx, `unknown` where it does not say; undefined without buildx. It needs no engine. */
export async function findBuildx(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string | undefined> {
  const version = await runDocker({ env, signal, args: ['buildx', 'version'] });
  return version.kind === 'ran' && version.exitCode === 0 ? readBuildx(version.stdout) : undefined;
}

/** The two versions in the reply of `docker version`; the server is null in it when no engine answered. */
export function readVersions(stdout: string): {
  readonly client: string | undefined;
  readonly server: string | undefined;
} {
  try {
    const reply: unknown = JSON.parse(stdout);
    if (!isJsonObject(reply)) return { client: undefined, server: undefined };
    return { client: versionIn(reply.Client), server: versionIn(reply.Server) };
  } catch {
    return { client: undefined, server: undefined };
  }
}

function versionIn(part: Json | undefined): string | undefined {
  return isJsonObject(part) && typeof part.Version === 'string' ? part.Version : undefined;
}

/**
 * The version in the reply of `docker buildx version`, without its `v`. A client with no plugin may answer with its
 * own help instead of an error, so a text that does not speak of buildx means that there is none.
 */
export function readBuildx(stdout: string): string | undefined {
  const words = /^(\S*buildx)\s+(\S+)/m.exec(stdout);
  if (words === null) return undefined;
  // A build from source without its build flags calls itself 0.0.0.
  const version = /^v?(\d+\.\d+\.\d+\S*)$/.exec(words[2] ?? '')?.[1];
  return version === undefined || version.startsWith('0.0.0') ? 'unknown' : version;
}

type Ran =
  | { readonly kind: 'missing' }
  | { readonly kind: 'ran'; readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/**
 * Runs one short docker command to its end; a failing one is an answer too. An engine that takes the connection and
 * never answers would keep it for ever (the client has no limit of its own), so it is ended after a minute, and when the
 * signal is aborted: the promise is rejected with its reason then.
 */
export function runDocker(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
}): Promise<Ran> {
  const { env, args, signal } = options;
  const limits = { env, signal, maxBuffer: 16 * 1024 * 1024, timeout: 60_000 };
  return new Promise((resolve, reject) => {
    execFile('docker', args, limits, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason);
      else if (error?.code === 'ENOENT') resolve({ kind: 'missing' });
      else resolve({ kind: 'ran', exitCode: exitCodeOf(error), stdout, stderr });
    });
  });
}

function exitCodeOf(error: { readonly code?: unknown } | null): number {
  if (error === null) return 0;
  return typeof error.code === 'number' ? error.code : 1;
}

function engineMissing(env: NodeJS.ProcessEnv, stderr: string): Failure {
  const host = env.DOCKER_HOST;
  const where =
    host === undefined || host === '' ? 'DOCKER_HOST is not set' : `DOCKER_HOST is ${withoutPassword(host)}`;
  const said = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  return new Failure({
    code: 'docker-engine-missing',
    fault: 'yours',
    message: `The docker command is here, but no Docker engine answers it (${where}).${said === '' ? '' : ` Docker says: ${said}`}`,
    advice:
      'Start the engine or correct DOCKER_HOST, or name an image that exists already with the input image.',
  });
}

/** An address may carry a user and a password. */
function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//***@');
}
