import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { tar } from './tar.ts';

/** The base image of the examples, and where it comes from, for the log. */
export interface BaseImage {
  readonly name: string;
  readonly origin: string;
}

/**
 * Finds a small base image for the examples: an existing one, otherwise one made from this machine's static busybox (Debian's
 * busybox-static), otherwise a pulled one. Undefined if none is available.
 * @param environment in which docker finds its engine
 * @param signal ends the running docker command
 */
export async function baseImage(
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<BaseImage | undefined> {
  const docker = dockerIn(environment, signal);
  const own = await ownBaseImage(environment, signal);
  if (own !== undefined) return own;
  if (await works(pulled, docker)) return { name: pulled, origin: 'already exists' };
  const pull = await docker(['pull', '--quiet', pulled]);
  return pull && (await works(pulled, docker))
    ? { name: pulled, origin: 'pulled from Docker Hub' }
    : undefined;
}

/** Finds the base image without the network; undefined if this machine has no static busybox. */
export async function ownBaseImage(
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<BaseImage | undefined> {
  const docker = dockerIn(environment, signal);
  if (await works(imported, docker)) return { name: imported, origin: 'already exists' };
  return importBusybox(environment) && (await works(imported, docker))
    ? { name: imported, origin: "made from this machine's busybox, without a pull" }
    : undefined;
}

const imported = 'fargate-deploy/base:1';
const pulled = 'busybox:1';

type Docker = (args: readonly string[]) => Promise<boolean>;

/** Whether the image exists and runs: a busybox that isn't static doesn't. */
function works(image: string, docker: Docker): Promise<boolean> {
  return docker(['run', '--rm', '--pull', 'never', image, 'sh', '-c', 'busybox | grep -q httpd']);
}

function dockerIn(env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Docker {
  return (args) =>
    promisify(execFile)('docker', args, { env, ...(signal && { signal }) }).then(
      () => true,
      () => false,
    );
}

function importBusybox(env: NodeJS.ProcessEnv): boolean {
  if (process.platform !== 'linux') return false;
  const listed = spawnSync('busybox', ['--list'], { encoding: 'utf8' });
  const found = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' });
  if (listed.status !== 0 || found.status !== 0) return false;
  const applets = listed.stdout.split('\n').filter((name) => name !== '' && name !== 'busybox');
  const archive = tar([
    { name: 'bin', directory: true },
    { name: 'bin/busybox', content: readFileSync(found.stdout.trim()) },
    ...applets.map((name) => ({ name: `bin/${name}`, linkTo: 'busybox' })),
    { name: 'etc', directory: true },
    { name: 'etc/passwd', content: Buffer.from(passwd), mode: 0o644 },
    { name: 'etc/group', content: Buffer.from('root:x:0:\nnobody:x:65534:\n'), mode: 0o644 },
    { name: 'tmp', directory: true, mode: 0o1777 },
  ]);
  const platform = process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';
  const change = ['--change', 'ENV PATH=/bin', '--change', 'CMD ["sh"]'];
  const args = ['import', '--platform', platform, ...change, '-', imported];
  return spawnSync('docker', args, { env, input: archive }).status === 0;
}

const passwd = 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n';
