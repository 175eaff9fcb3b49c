import { type BuildSecret, buildSecretProblems, readBuildSecrets } from './build-secrets.ts';
import type { InputName } from './input-names.ts';
import type { InputProblem } from './problem.ts';
import type { InputReader } from './reader.ts';

/** How an image is built: the inputs of build-push-action, with its names and meanings. */
export interface BuildInputs {
  /** A folder of the checkout, or a URL that Docker understands. */
  readonly context: string;
  /** The Dockerfile, relative to the checkout; undefined: `Dockerfile` in the context. */
  readonly file: string | undefined;
  readonly target: string | undefined;
  /** `NAME=value`, or `NAME` for the environment's value. */
  readonly buildArgs: readonly string[];
  /** `name=folder`, `name=docker-image://...` or `name=URL` */
  readonly buildContexts: readonly string[];
  /** `name=value` */
  readonly labels: readonly string[];
  /** `name=value`, with an optional prefix such as `index:` for where it goes. */
  readonly annotations: readonly string[];
  /** As Docker writes them, such as `linux/arm64`; empty: the task definition's. */
  readonly platforms: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  /** Whether a cache is kept in the image's repository if neither `cacheFrom` nor `cacheTo` is given. */
  readonly cache: boolean;
  readonly noCache: boolean;
  readonly pull: boolean;
  /** `false`, `true`, or attributes such as `mode=max`. */
  readonly provenance: string;
  /** `false`, `true`, or attributes such as `generator=IMAGE`. */
  readonly sbom: string;
  readonly addHosts: readonly string[];
  readonly ssh: readonly string[];
  readonly shmSize: string | undefined;
  readonly ulimits: readonly string[];
  readonly network: string | undefined;
  readonly secrets: readonly BuildSecret[];
  /** The name of the buildx builder; undefined: the selected one. */
  readonly builder: string | undefined;
  readonly compression: 'gzip' | 'zstd';
  /** Whether to build even if the repository has the image of the same build. */
  readonly rebuild: boolean;
}

export function readBuildInputs(read: InputReader): BuildInputs {
  return {
    context: read.text('context', '.'),
    file: read.optional('file'),
    target: read.optional('target'),
    buildArgs: read.list('build-args'),
    buildContexts: read.list('build-contexts'),
    labels: read.list('labels'),
    annotations: read.list('annotations'),
    platforms: read.commaList('platforms'),
    cacheFrom: read.list('cache-from'),
    cacheTo: read.list('cache-to'),
    cache: read.flag('cache', true),
    noCache: read.flag('no-cache', false),
    pull: read.flag('pull', false),
    provenance: read.text('provenance', 'false'),
    sbom: read.text('sbom', 'false'),
    addHosts: read.commaList('add-hosts'),
    ssh: read.commaList('ssh'),
    shmSize: read.optional('shm-size'),
    ulimits: read.list('ulimit'),
    network: read.optional('network'),
    secrets: readBuildSecrets(read),
    builder: read.optional('builder'),
    compression: read.choice('compression', ['gzip', 'zstd'], 'gzip'),
    rebuild: read.flag('rebuild', false),
  };
}

/** Finds the problems that show without asking Docker or AWS. */
export function buildProblems(inputs: BuildInputs): readonly InputProblem[] {
  return [
    ...mismatches('build-contexts', inputs.buildContexts, /^[\w./-]+=./, 'name=SOURCE'),
    ...mismatches('labels', inputs.labels, /^[^=\s]+=/, 'name=value'),
    ...mismatches('annotations', inputs.annotations, /^[^=\s]+=/, 'name=value'),
    ...mismatches(
      'platforms',
      inputs.platforms,
      /^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/,
      'a platform such as linux/arm64',
    ),
    ...mismatches('add-hosts', inputs.addHosts, /^[^:=\s]+[:=]\S+$/, 'HOST:ADDRESS'),
    ...mismatches(
      'shm-size',
      inputs.shmSize === undefined ? [] : [inputs.shmSize],
      /^\d+[bkmg]?$/i,
      'a size such as 64m',
    ),
    ...mismatches('ulimit', inputs.ulimits, /^[a-z]+=-?\d+(:-?\d+)?$/, 'name=soft or name=soft:hard'),
    ...buildSecretProblems(inputs.secrets),
  ];
}

/** The inputs that only a build reads and that are not at their default. */
export function givenForBuild(inputs: BuildInputs): readonly InputName[] {
  const from = (kind: BuildSecret['from']['kind']): boolean =>
    inputs.secrets.some((secret) => secret.from.kind === kind);
  const given: readonly [InputName, boolean][] = [
    ['context', inputs.context !== '.'],
    ['file', inputs.file !== undefined],
    ['target', inputs.target !== undefined],
    ['build-args', inputs.buildArgs.length > 0],
    ['build-contexts', inputs.buildContexts.length > 0],
    ['build-secrets', from('value')],
    ['build-secret-files', from('file')],
    ['build-secret-envs', from('env')],
    ['labels', inputs.labels.length > 0],
    ['annotations', inputs.annotations.length > 0],
    ['platforms', inputs.platforms.length > 0],
    ['cache-from', inputs.cacheFrom.length > 0],
    ['cache-to', inputs.cacheTo.length > 0],
    ['cache', !inputs.cache],
    ['no-cache', inputs.noCache],
    ['pull', inputs.pull],
    ['provenance', isOn(inputs.provenance)],
    ['sbom', isOn(inputs.sbom)],
    ['add-hosts', inputs.addHosts.length > 0],
    ['ssh', inputs.ssh.length > 0],
    ['shm-size', inputs.shmSize !== undefined],
    ['ulimit', inputs.ulimits.length > 0],
    ['network', inputs.network !== undefined],
    ['builder', inputs.builder !== undefined],
    ['compression', inputs.compression !== 'gzip'],
    ['rebuild', inputs.rebuild],
  ];
  return given.flatMap(([name, isGiven]) => (isGiven ? [name] : []));
}

/** Whether an attestation is requested: `false` and `disabled=true` say no. */
export function isOn(attestation: string): boolean {
  return !/^(false|0|disabled=true)$/i.test(attestation);
}

function mismatches(
  input: InputName,
  entries: readonly string[],
  form: RegExp,
  words: string,
): readonly InputProblem[] {
  return entries
    .filter((entry) => !form.test(entry))
    .map((entry) => ({ input, text: `${JSON.stringify(entry)} isn't ${words}.` }));
}
