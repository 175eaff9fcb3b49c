import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ownBaseImage } from '../../local/docker/base-image.ts';

/** A registry of the test's own on a free port of loopback. */
export interface TestRegistry {
  readonly host: string;
  readonly username: string;
  readonly password: string;
  readonly close: () => Promise<void>;
}

const username = 'AWS';
const password = 'open-sesame';
const passwordHash = '$2b$04$kEuhBBAltaUQu7iO4GmnR.lkcAMxqNYt0Bzp2W4mj3rh4lQKzYwIu';

/** @param options.isOpen nobody is asked for a password */
export async function startRegistry(options: { readonly isOpen?: boolean } = {}): Promise<TestRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'build-push-registry-'));
  const port = await freePort();
  const config = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: `127.0.0.1:${port}` },
    ...(options.isOpen ? {} : { auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } } }),
  };
  // JSON is YAML.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  await writeFile(join(folder, 'htpasswd'), `${username}:${passwordHash}\n`);
  const registry = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  await answering(`http://127.0.0.1:${port}/v2/`, registry);
  return {
    host: `127.0.0.1:${port}`,
    username,
    password,
    close: async () => {
      const end = once(registry, 'exit');
      registry.kill();
      await end;
      await rm(folder, { recursive: true });
    },
  };
}

/**
 * A registry that refuses a push in ECR's words: at the first layer, or, having every layer, at the manifest. (An
 * engine tries a layer again for most of a minute when the status is one that could pass.)
 */
export async function startRefusingRegistry(refusal: {
  readonly at: 'layer' | 'manifest';
  readonly status: number;
  readonly code: string;
  readonly message: string;
}): Promise<TestRegistry> {
  const server = createServer((request, response) => {
    const digest = /\/blobs\/(sha256:[0-9a-f]{64})$/.exec(request.url ?? '')?.[1];
    if (request.url === '/v2/') return response.writeHead(200).end('{}');
    if (refusal.at === 'manifest' && request.method === 'HEAD') {
      if (digest === undefined) return response.writeHead(404).end();
      return response.writeHead(200, { 'docker-content-digest': digest, 'content-length': 1 }).end();
    }
    response.writeHead(refusal.status, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ errors: [{ code: refusal.code, message: refusal.message }] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${portOf(server)}`,
    username,
    password,
    close: async () => {
      const end = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await end;
    },
  };
}

/** A base image in an open registry, there for all tests of a file; the answer names it, once they run. */
export function useBaseImage(): () => string {
  let registry: TestRegistry | undefined;
  let base = '';
  beforeAll(async () => {
    registry = await startRegistry({ isOpen: true });
    base = await pushBaseImage(registry);
  }, 60_000);
  afterAll(() => registry?.close());
  return () => base;
}

/**
 * Puts a base image into an open registry, since no image can be pulled from elsewhere where these tests may run: this
 * machine's busybox, with every program as a link. Answers with its name.
 */
export async function pushBaseImage(registry: TestRegistry): Promise<string> {
  const own = await ownBaseImage(process.env);
  if (own === undefined) throw new Error('The base image cannot be made');
  const name = `${registry.host}/base:1`;
  for (const args of [
    ['tag', own.name, name],
    ['push', '--quiet', name],
    ['image', 'rm', name],
  ]) {
    execFileSync('docker', args, { stdio: 'ignore' });
  }
  return name;
}

/** Takes the images of these repositories from an engine. */
export function removeImages(names: readonly string[], env: Readonly<Record<string, string>>): void {
  const environment = { ...process.env, ...env };
  const found = names.flatMap((name) =>
    execFileSync('docker', ['image', 'ls', '--quiet', '--no-trunc', name], {
      encoding: 'utf8',
      env: environment,
    }).split('\n'),
  );
  const ids = [...new Set(found.filter((id) => id !== ''))];
  if (ids.length > 0) {
    execFileSync('docker', ['image', 'rm', '--force', ...ids], { stdio: 'ignore', env: environment });
  }
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`The registry ended with ${server.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer !== undefined) return;
    await wait(20);
  }
}

async function freePort(): Promise<number> {
  const server = createSocketServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}
