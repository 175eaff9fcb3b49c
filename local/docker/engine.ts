import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The docker command line with a private configuration. */
export interface Engine {
  readonly architecture: string;
  readonly processors: number;
  /** Runs one command to its end; a failure is an answer too. */
  run(args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Follows a command's output (both streams) line by line. */
  follow(args: readonly string[], line: (text: string) => void): FollowedCommand;
  /** Stores the login to a registry where only the docker commands of this process read it. */
  login(host: string, username: string, password: string): void;
  /** Ends running commands and removes the configuration. */
  close(): void;
}

interface RunOptions {
  /** Variables for this command alone. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: Buffer;
  readonly signal?: AbortSignal;
}

interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface FollowedCommand {
  readonly ended: Promise<void>;
  stop(): void;
}

/** Finds the engine that `docker` talks to; undefined without a docker command, or if no engine answers. */
export async function findEngine(environment: NodeJS.ProcessEnv = process.env): Promise<Engine | undefined> {
  const host = await endpointOf(environment);
  const configuration = mkdtempSync(join(tmpdir(), 'fargate-deploy-runtime-'));
  const env: NodeJS.ProcessEnv = {
    ...environment,
    DOCKER_CONFIG: configuration,
    ...(host === '' ? {} : { DOCKER_HOST: host }),
    // Newer clients would read logins from it first.
    DOCKER_AUTH_CONFIG: undefined,
    // The endpoint is known, and the private configuration has no contexts.
    DOCKER_CONTEXT: undefined,
  };
  const running = new Set<() => void>();

  const run: Engine['run'] = (args, options = {}) => runDocker(args, env, options, running);
  const close = (): void => {
    for (const end of running) end();
    rmSync(configuration, { recursive: true, force: true });
  };

  const info = await run(['info', '--format', '{{json .}}']);
  const facts = readFacts(info.stdout);
  if (info.exitCode !== 0 || facts === undefined) {
    close();
    return undefined;
  }
  return {
    ...facts,
    run,
    follow: (args, line) => followDocker(args, env, line, running),
    login: (registry, username, password) => {
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      const file = join(configuration, 'config.json');
      writeFileSync(file, JSON.stringify({ auths: { [registry]: { auth } } }), { mode: 0o600 });
    },
    close,
  };
}

/** The engine's address for the user's docker command, which may come from a context in a configuration that we don't use. */
async function endpointOf(environment: NodeJS.ProcessEnv): Promise<string> {
  const set = environment['DOCKER_HOST'];
  if (set !== undefined && set !== '') return set;
  const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
  const context = await runDocker(args, environment, {}, new Set());
  return context.exitCode === 0 ? context.stdout.trim() : '';
}

/** Reads `docker info`. Without a server the client prints it too, with the server's members missing or zero. */
function readFacts(stdout: string): Pick<Engine, 'architecture' | 'processors'> | undefined {
  try {
    const info: unknown = JSON.parse(stdout);
    if (typeof info !== 'object' || info === null) return undefined;
    const { Architecture: architecture, NCPU: processors } = { Architecture: '', NCPU: 0, ...info };
    if (typeof architecture !== 'string' || architecture === '' || typeof processors !== 'number') {
      return undefined;
    }
    return { architecture, processors };
  } catch {
    return undefined;
  }
}

function runDocker(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { environment, input, signal }: RunOptions,
  running: Set<() => void>,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn('docker', args, { env: { ...env, ...environment }, stdio: 'pipe' });
    const end = (): void => void child.kill('SIGKILL');
    const output = { stdout: '', stderr: '' };
    const finish = (exitCode: number): void => {
      running.delete(end);
      signal?.removeEventListener('abort', end);
      resolve({ exitCode, ...output });
    };
    running.add(end);
    if (signal?.aborted === true) end();
    signal?.addEventListener('abort', end);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    child.once('error', (error) => {
      output.stderr += error.message;
      finish(127);
    });
    child.once('close', (code) => finish(code ?? 137));
    // An engine that refuses early closes the pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function followDocker(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  line: (text: string) => void,
  running: Set<() => void>,
): FollowedCommand {
  const child = spawn('docker', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): void => void child.kill('SIGKILL');
  running.add(stop);
  const streams = [child.stdout, child.stderr].map((stream) => {
    const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
    lines.on('line', line);
    return new Promise<void>((resolve) => lines.once('close', resolve));
  });
  const exited = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  return {
    stop,
    ended: Promise.all([...streams, exited.finally(() => running.delete(stop))]).then(() => undefined),
  };
}
