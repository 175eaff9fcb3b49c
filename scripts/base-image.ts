import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { tar } from '../local/runtime/tar.ts';

/** The base image of the examples, and where it came from, for the person who watches. */
export interface BaseImage {
  readonly name: string;
  readonly origin: string;
}

/**
 * A small base image for the examples: one that is there, else made of this machine's static busybox (Debian's
 * busybox-static), else pulled. Undefined when none of it can be had.
 * @param environment where docker finds its engine
 */
export async function baseImage(environment: NodeJS.ProcessEnv): Promise<BaseImage | undefined> {
  if (await works(imported, environment)) return { name: imported, origin: 'is there already' };
  if (importBusybox(environment) && (await works(imported, environment))) {
    return { name: imported, origin: "made of this machine's busybox, nothing was pulled" };
  }
  if (await works(pulled, environment)) return { name: pulled, origin: 'is there already' };
  const pull = await docker(['pull', '--quiet', pulled], environment);
  return pull && (await works(pulled, environment))
    ? { name: pulled, origin: 'pulled from Docker Hub' }
    : undefined;
}

const imported = 'fargate-deploy/base:1';
const pulled = 'busybox:1';

/** Whether the image is there and runs: a busybox that is not static would not. */
function works(image: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  return docker(
    ['run', '--rm', '--pull', 'never', image, 'sh', '-c', 'busybox | grep -q httpd'],
    environment,
  );
}

async function docker(args: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  return promisify(execFile)('docker', args, { env }).then(
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
