import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { owner, ownerLabel } from '../docker/owner.ts';

/** A private real registry: the distribution project's, with its files in a temporary folder. */
export interface Registry {
  /** `127.0.0.1:PORT`. It requires no password, so keep the address private. */
  readonly host: string;
  close(): Promise<void>;
}

const image = 'registry:3';

/**
 * Starts the registry's program if it is installed (`docker-registry` in Debian, or `registry`), otherwise its public image
 * with the docker command.
 *
 * @param folder for its files; the caller removes it
 * @throws Error with both attempts if neither starts
 */
export async function startRegistry(folder: string): Promise<Registry> {
  const program = programOnPath(['docker-registry', 'registry']);
  return program === undefined ? await startContainer() : await startOnFreePort(program, folder);
}

/** Tries another port if a program takes the free port before the registry does. */
async function startOnFreePort(program: string, folder: string): Promise<Registry> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startProgram(program, folder);
    } catch (error) {
      if (attempt === 5 || !/address already in use/i.test(String(error))) throw error;
    }
  }
}

async function startProgram(program: string, folder: string): Promise<Registry> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const files = join(folder, 'registry');
  const config = join(folder, 'registry.yml');
  mkdirSync(files, { recursive: true });
  // JSON is valid YAML, and needs no quoting rules.
  writeFileSync(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: files }, delete: { enabled: true } },
      http: { addr: host, relativeurls: true },
    }),
  );
  const guarded = [fileURLToPath(new URL('guard.ts', import.meta.url)), program, 'serve', config];
  // In its own process group: Ctrl-C is only for us, and tasks that end may need the registry a while longer.
  const guard = spawn(process.execPath, guarded, { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
  guard.stdin.on('error', () => undefined); // It has ended; the exit handler reports that.
  let said = '';
  guard.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2000);
  });
  let ended: string | undefined;
  const end = new Promise<void>((resolve) => {
    guard.once('exit', (code, signal) => {
      ended = `it ended with ${code ?? signal}`;
      resolve();
    });
    guard.once('error', (error) => {
      ended = error.message;
      resolve();
    });
  });
  const close = async (): Promise<void> => {
    guard.stdin.end();
    await end;
  };
  try {
    await untilItAnswers(host, () => ended);
  } catch (cause) {
    await close();
    throw new Error(`The registry ${program} doesn't start: ${said.trim() || String(cause)}`, { cause });
  }
  return { host, close };
}

async function startContainer(): Promise<Registry> {
  const settings = ['REGISTRY_STORAGE_DELETE_ENABLED=true', 'REGISTRY_HTTP_RELATIVEURLS=true'];
  const labels = ['--label', `${ownerLabel}=${owner(process.pid)}`];
  const run = ['run', '--detach', '--rm', '--publish', '127.0.0.1::5000', ...labels];
  const container = await docker([...run, ...settings.flatMap((each) => ['--env', each]), image]).catch(
    (cause: unknown) => {
      const what = `Neither docker-registry nor registry is installed, and docker can't run ${image}`;
      throw new Error(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    },
  );
  const close = async (): Promise<void> => {
    await docker(['rm', '--force', '--volumes', container]);
  };
  try {
    const host = (await docker(['port', container, '5000/tcp'])).split('\n')[0]?.trim() ?? '';
    await untilItAnswers(host, () => undefined);
    return { host, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function docker(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('docker', [...args], { timeout: 120_000 });
  return stdout.trim();
}

/** Ten seconds are enough for a program that reads one file and listens. */
async function untilItAnswers(host: string, whyEnded: () => string | undefined): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  while (performance.now() < giveUpAt) {
    const ended = whyEnded();
    if (ended !== undefined) throw new Error(ended);
    const isUp = await fetch(`http://${host}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await sleep(50);
  }
  throw new Error(`nothing answered on ${host} within 10 s`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port on 127.0.0.1.');
  return address.port;
}

function programOnPath(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
