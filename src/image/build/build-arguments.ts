import type { ImageBuild } from './image-build.ts';

/** The arguments that both builders share, the context last. */
export function commonArguments({ inputs, repository, tags, labels }: ImageBuild): readonly string[] {
  return [
    ...tags.map((tag) => `--tag=${repository}:${tag}`),
    ...one('--file', inputs.file),
    ...one('--target', inputs.target),
    ...each('--build-arg', inputs.buildArgs),
    ...each('--label', labels),
    ...(inputs.noCache ? ['--no-cache'] : []),
    ...(inputs.pull ? ['--pull'] : []),
    ...each('--add-host', inputs.addHosts),
    ...one('--shm-size', inputs.shmSize),
    ...each('--ulimit', inputs.ulimits),
    ...one('--network', inputs.network),
    // The context is never an option, whatever it starts with.
    '--',
    inputs.context,
  ];
}

/** The additional arguments of buildx. */
export function buildxArguments(build: ImageBuild): readonly string[] {
  const { inputs, platforms, cache } = build;
  return [
    ...one('--builder', inputs.builder),
    ...(platforms.length === 0 ? [] : [`--platform=${platforms.join(',')}`]),
    ...each('--build-context', inputs.buildContexts),
    ...each('--annotation', inputs.annotations),
    ...each('--ssh', inputs.ssh),
    ...each('--cache-from', cache.from),
    ...each('--cache-to', cache.to),
    outputOf(build),
  ];
}

/** The additional arguments of the classic builder. */
export function classicArguments({ platforms, cache }: ImageBuild): readonly string[] {
  return [...one('--platform', platforms[0]), ...each('--cache-from', cache.from)];
}

/** zstd layers need OCI media types, and layers of base images are recompressed only by force (documented). */
function outputOf({ inputs }: ImageBuild): string {
  return inputs.compression === 'gzip'
    ? '--push'
    : `--output=type=image,push=true,compression=${inputs.compression},oci-mediatypes=true,force-compression=true`;
}

function one(option: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`${option}=${value}`];
}

function each(option: string, values: readonly string[]): readonly string[] {
  return values.map((value) => `${option}=${value}`);
}
