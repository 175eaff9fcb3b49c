import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

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

export async function startRegistry(): Promise<TestRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'build-push-registry-'));
  const port = await freePort();
  const config = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: `127.0.0.1:${port}` },
    auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } },
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
    if (refusal.at === 'manifest' && request.method === 'HEAD' && digest !== undefined) {
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

/** Makes a base image of this machine's busybox, since no image can be pulled where these tests may run. */
export function importBaseImage(name: string): void {
  const find = ['-c', 'readlink -f "$(command -v busybox)"'];
  const busybox = execFileSync('sh', find, { encoding: 'utf8' }).trim();
  const tar = execFileSync('tar', ['-C', dirname(busybox), '-c', 'busybox', '--transform=s,^,bin/,'], {
    maxBuffer: 32 * 1024 * 1024,
  });
  const shell = execFileSync('docker', ['import', '--change', 'ENV PATH=/bin', '-', `${name}-raw`], {
    input: tar,
  });
  if (shell.length === 0) throw new Error('docker import made no image');
  // RUN needs /bin/sh, which is a link to busybox.
  const link = `FROM ${name}-raw\nRUN ["/bin/busybox", "ln", "-s", "busybox", "/bin/sh"]\n`;
  execFileSync('docker', ['build', '--quiet', '--tag', name, '-'], {
    input: link,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
  });
}

export function removeImages(names: readonly string[]): void {
  const found = names.flatMap((name) =>
    execFileSync('docker', ['image', 'ls', '--quiet', '--no-trunc', name], { encoding: 'utf8' }).split('\n'),
  );
  const ids = [...new Set(found.filter((id) => id !== ''))];
  if (ids.length > 0) execFileSync('docker', ['image', 'rm', '--force', ...ids], { stdio: 'ignore' });
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
