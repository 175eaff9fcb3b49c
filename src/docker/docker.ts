import { execFile } from 'node:child_process';
import { getExecOutput } from '@actions/exec';
import { Failure } from '../process/failure.ts';
import { findProgram } from '../process/program.ts';
import { untilCancelled } from '../process/until-cancelled.ts';
import { buildxVersionOf, type EngineFacts, readInfo } from './info.ts';
import { leavePipes } from './stream.ts';

/** The docker command line of this machine, and how to start it. */
export interface Docker {
  /** The environment of every docker command: has DOCKER_HOST, DOCKER_CONFIG and the like. */
  readonly env: NodeJS.ProcessEnv;
  readonly clientVersion: string;
  /** The version of buildx, `unknown` if it doesn't report it; undefined without buildx. */
  readonly buildxVersion: string | undefined;
  readonly engine: EngineFacts;
}

/**
 * Finds the client, its engine, and buildx.
 * @throws Failure docker-missing, docker-engine-missing; the reason of the signal when it is aborted
 */
export async function findDocker(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Docker> {
  const answer = await runDocker({ env, signal, args: ['info', '--format', '{{json .}}'] });
  if (answer.kind === 'missing') {
    throw new Failure({
      code: 'docker-missing',
      fault: 'yours',
      message: "The docker command isn't installed on this runner.",
      advice: 'Use a runner with Docker, or set the input image to an existing image.',
    });
  }
  const info = readInfo(answer.stdout);
  const { serverVersion, serverError, clientVersion, buildxVersion, engine } = info;
  if (info.podmanVersion !== undefined) throw isPodman(info.podmanVersion);
  if (serverVersion === undefined) throw engineMissing(env, serverError ?? answer.stderr);
  // Only the classic builder needs the version of the client.
  const isKnown = clientVersion !== undefined || buildxVersion !== undefined;
  return {
    env,
    clientVersion: isKnown ? (clientVersion ?? 'unknown') : await askVersion(env, signal),
    buildxVersion,
    engine,
  };
}

async function askVersion(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const answer = await runDocker({ env, signal, args: ['version', '--format', '{{.Client.Version}}'] });
  return (answer.kind === 'ran' && answer.stdout.trim()) || 'unknown';
}

/**
 * Finds the version of buildx, `unknown` if it doesn't report it; undefined without buildx. Needs no engine. A client without
 * the plugin may print its own help instead of an error, so output that doesn't mention buildx means that it isn't installed.
 */
export async function findBuildx(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string | undefined> {
  const program = findProgram('docker', env);
  if (program === undefined) return undefined;
  // The command asks no engine and ends by itself. If it hangs, we go on without buildx.
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMilliseconds)]);
  const options = { env: definedIn(env), silent: true, ignoreReturnCode: true };
  const answer = await untilCancelled(
    limit,
    getExecOutput(`"${program}"`, ['buildx', 'version'], options).catch(() => undefined),
  );
  signal.throwIfAborted();
  if (answer === 'cancelled' || answer?.exitCode !== 0) return undefined;
  const version = /^\S*buildx\s+(\S+)/m.exec(answer.stdout)?.[1];
  return version === undefined ? undefined : buildxVersionOf(version);
}

function definedIn(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}

const limitMilliseconds = 60_000;

type CommandResult =
  | { readonly kind: 'missing' }
  | { readonly kind: 'ran'; readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/**
 * Runs one short docker command to its end; a failure is an answer too. An engine that accepts the connection and never
 * answers would block it forever, since the client has no time limit, so it is stopped after a minute. An abort of the signal
 * stops it too, and rejects the promise with its reason.
 */
export function runDocker(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
}): Promise<CommandResult> {
  const { env, args, signal } = options;
  const limits = { env, signal, maxBuffer: 16 * 1024 * 1024, timeout: limitMilliseconds };
  const program = findProgram('docker', env);
  if (program === undefined) return Promise.resolve({ kind: 'missing' });
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, limits, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason);
      else if (error?.code === 'ENOENT') resolve({ kind: 'missing' });
      else resolve({ kind: 'ran', exitCode: exitCodeOf(error), stdout, stderr });
    });
    leavePipes(child);
  });
}

function exitCodeOf(error: { readonly code?: unknown } | null): number {
  if (error === null) return 0;
  return typeof error.code === 'number' ? error.code : 1;
}

function isPodman(version: string): Failure {
  return new Failure({
    code: 'docker-missing',
    fault: 'yours',
    message: `The docker command on this runner is Podman (version ${version}), which this action can't build with.`,
    advice:
      'Use a runner with Docker. Or build and push with Podman before this step (podman push --digestfile), and set the input image to the digest.',
  });
}

function engineMissing(env: NodeJS.ProcessEnv, words: string): Failure {
  const host = env.DOCKER_HOST;
  const where =
    host === undefined || host === '' ? 'DOCKER_HOST is not set' : `DOCKER_HOST is ${withoutPassword(host)}`;
  const said = words.trim().split('\n').at(-1)?.trim() ?? '';
  return new Failure({
    code: 'docker-engine-missing',
    fault: 'yours',
    message: `No Docker engine answers the docker command (${where}).${said === '' ? '' : ` Docker says: ${said}`}`,
    advice: 'Start the engine or correct DOCKER_HOST, or set the input image to an existing image.',
  });
}

/** An address may contain a user and a password. */
function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//***@');
}
