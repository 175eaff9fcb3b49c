import type { Builder } from '../../docker/builder.ts';
import { type BuildInputs, isOn } from '../../inputs/build.ts';

/** Sentences about inputs that the builder doesn't support, each with the remedy. */
export function unsupported(builder: Builder, inputs: BuildInputs): readonly string[] {
  const problems = asked(inputs).flatMap(({ input, needs }) => (has(builder, needs) ? [] : input));
  const network = networkProblem(builder, inputs.network);
  return [
    ...(problems.length === 0
      ? []
      : [`${list(problems)}: ${describeBuilder(builder)} doesn't support that. ${remedyOf(builder)}`]),
    ...(network === undefined ? [] : [network]),
  ];
}

/**
 * `buildkit`: any builder of buildx. `index`: one that can create an index or choose the compression of layers, which the
 * classic image store of the engine can't hold (documented for the docker driver).
 */
type Need = 'buildkit' | 'index';

function asked(inputs: BuildInputs): readonly { readonly input: string; readonly needs: Need }[] {
  const from = (kind: string): boolean => inputs.secrets.some((secret) => secret.from.kind === kind);
  const needs: readonly [string, boolean, Need][] = [
    ['build-contexts', inputs.buildContexts.length > 0, 'buildkit'],
    ['build-secrets', from('value'), 'buildkit'],
    ['build-secret-files', from('file'), 'buildkit'],
    ['build-secret-envs', from('env'), 'buildkit'],
    ['ssh', inputs.ssh.length > 0, 'buildkit'],
    ['cache-from', inputs.cacheFrom.some(isTyped), 'buildkit'],
    ['cache-to', inputs.cacheTo.length > 0, inputs.cacheTo.every(isInline) ? 'buildkit' : 'index'],
    ['platforms (several)', inputs.platforms.length > 1, 'index'],
    ['annotations', inputs.annotations.length > 0, 'index'],
    ['provenance', isOn(inputs.provenance), 'index'],
    ['sbom', isOn(inputs.sbom), 'index'],
    [`compression: ${inputs.compression}`, inputs.compression !== 'gzip', 'index'],
  ];
  return needs.flatMap(([input, isAsked, need]) => (isAsked ? [{ input, needs: need }] : []));
}

function has(builder: Builder, need: Need): boolean {
  return builder.kind === 'buildx' && (need === 'buildkit' || builder.hasImageStore);
}

/** Whether the builder can write a cache for other jobs, such as `type=registry`. */
export function canExportCache(builder: Builder): boolean {
  return has(builder, 'index');
}

/** The builder in words, for a sentence. */
export function describeBuilder(builder: Builder): string {
  if (builder.kind === 'classic') return 'docker build without buildx';
  const store = builder.hasImageStore ? '' : ', with the classic image store';
  return `the builder ${builder.name} (driver ${builder.driver}${store})`;
}

function remedyOf(builder: Builder): string {
  return builder.kind === 'classic'
    ? 'Install buildx before this step (docker/setup-buildx-action does), or remove the input.'
    : 'Create a builder with the driver docker-container before this step (docker/setup-buildx-action does), enable the containerd image store of the engine, or remove the input.';
}

/** BuildKit runs commands in its own network, in the host's or without one; only the classic builder joins another. */
function networkProblem(builder: Builder, network: string | undefined): string | undefined {
  if (network === undefined || builder.kind === 'classic' || /^(default|host|none)$/.test(network)) {
    return undefined;
  }
  return `network: ${describeBuilder(builder)} supports default, host and none. Set ${JSON.stringify(network)} when you create the builder (--driver-opt network=...).`;
}

function isTyped(entry: string): boolean {
  return /(^|,)type=/.test(entry);
}

function isInline(entry: string): boolean {
  return /(^|,)type=inline(,|$)/.test(entry);
}

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
