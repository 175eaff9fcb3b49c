import { readdirSync } from 'node:fs';
import { Failure } from '../process/failure.ts';
import { type Docker, runDocker } from './docker.ts';
import { architectures } from './info.ts';

/** The builder, as far as it is known before a build. */
export type Builder =
  /** `docker build` of a client without buildx, by the engine's own builder. */
  | { readonly kind: 'classic'; readonly platforms: readonly string[] }
  | {
      readonly kind: 'buildx';
      readonly name: string;
      /** `docker`, `docker-container`, `remote`, `kubernetes`, `cloud` */
      readonly driver: string;
      /** Whether the engine stores images in containerd, which can hold an index; other drivers don't need that. */
      readonly hasImageStore: boolean;
      /** Platforms that it can run, as Docker writes them; empty: unknown, since it was never started. */
      readonly platforms: readonly string[];
    };

/**
 * Finds the builder: the named one, otherwise the selected one, otherwise the engine.
 * @throws Failure builder-unusable
 */
export async function findBuilder(options: {
  readonly env: NodeJS.ProcessEnv;
  /** Not awaited first: both commands take a while, so they run at the same time. */
  readonly docker: Promise<Docker>;
  readonly name: string | undefined;
  readonly signal: AbortSignal;
}): Promise<Builder> {
  const { env, name, signal } = options;
  const [docker, inspected] = await Promise.all([
    options.docker,
    runDocker({ env, signal, args: ['buildx', 'inspect', ...(name === undefined ? [] : [name])] }),
  ]);
  const { engine } = docker;
  if (docker.buildxVersion === undefined) {
    if (name === undefined) {
      return { kind: 'classic', platforms: [...engine.platforms, ...emulated(env)] };
    }
    throw new Failure({
      code: 'builder-unusable',
      fault: 'yours',
      message: `The builder ${name} can't be used: buildx isn't installed on this runner.`,
      advice:
        'Install buildx before this step (docker/setup-buildx-action does), or remove the input builder.',
    });
  }
  const { stdout, stderr, exitCode } = inspected.kind === 'ran' ? inspected : noAnswer;
  const read = readInspect(stdout);
  if (exitCode === 0 && read.error === undefined) {
    return { kind: 'buildx', ...read, hasImageStore: read.driver !== 'docker' || engine.hasImageStore };
  }
  const said = read.error ?? stderr.trim().split('\n').at(-1) ?? '';
  throw new Failure({
    code: 'builder-unusable',
    fault: 'yours',
    message: `${name === undefined ? 'The selected builder' : `The builder ${name}`} can't be used: ${said}`,
    advice: 'Run `docker buildx ls`. Create the builder before this step, or correct the input builder.',
  });
}

const noAnswer = { stdout: '', stderr: '', exitCode: 1 };

/** Reads the reply of `docker buildx inspect`: lines of `Name: value`, those of each node below `Nodes:`. */
export function readInspect(stdout: string): {
  readonly name: string;
  readonly driver: string;
  readonly platforms: readonly string[];
  readonly error: string | undefined;
} {
  const values = (key: string): readonly string[] =>
    stdout.split('\n').flatMap((line) => {
      const [, found, value] = /^(\w[\w ]*?):\s+(\S.*)$/.exec(line) ?? [];
      return found === key && value !== undefined ? value.trim() : [];
    });
  // A star marks a platform that was set manually.
  const platforms = values('Platforms').flatMap((list) =>
    list.split(/,\s*/).map((one) => one.replace(/\*$/, '')),
  );
  return {
    name: values('Name')[0] ?? '',
    driver: values('Driver')[0] ?? '',
    platforms: [...new Set(platforms)],
    error: values('Error')[0],
  };
}

/**
 * Lists the platforms that QEMU is registered for in the kernel of this machine. BuildKit detects them itself; the engine
 * doesn't report them, so we read them if the engine is on this machine.
 */
function emulated({ DOCKER_HOST: host = '' }: NodeJS.ProcessEnv): readonly string[] {
  if (host !== '' && !host.startsWith('unix://')) return [];
  let names: readonly string[];
  try {
    names = readdirSync('/proc/sys/fs/binfmt_misc');
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const machine = /^qemu-(\w+)$/.exec(name)?.[1];
    return machine === undefined ? [] : `linux/${architectures[machine] ?? machine}`;
  });
}
