import { createHash } from 'node:crypto';
import type { Builder } from '../../docker/builder.ts';
import type { BuildInputs } from '../../inputs/build.ts';
import type { Repository } from '../registry/repository.ts';
import { canExportCache } from './capabilities.ts';

/** The layer caches that a build reads and writes, as `--cache-from` and `--cache-to` take them. */
export interface BuildCache {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Why there is no default cache, as a sentence. */
  readonly note?: string;
}

/**
 * Chooses the caches of the inputs, otherwise one in the image's own repository: each job gets a new runner without a cache.
 * Each Dockerfile, stage and platform has its own tag, so that two builds don't overwrite each other's.
 *
 * ECR takes a cache only as an image with OCI media types (documented). An unreadable or unwritable cache never fails a build.
 */
export function cacheFor(options: {
  readonly inputs: BuildInputs;
  readonly builder: Builder;
  readonly repository: Pick<Repository, 'uri' | 'isImmutable' | 'keepsCaches'>;
  readonly platforms: readonly string[];
}): BuildCache {
  const { inputs, builder, repository, platforms } = options;
  if (inputs.cacheFrom.length > 0 || inputs.cacheTo.length > 0) {
    return { from: inputs.cacheFrom, to: inputs.cacheTo.map(ignoringErrors) };
  }
  if (!inputs.cache || inputs.noCache || builder.kind === 'classic') return none;
  if (!repository.keepsCaches) return none;
  if (!canExportCache(builder)) {
    return {
      ...none,
      note: `This build leaves no layer cache for other jobs: the builder ${builder.name} can't write one. docker/setup-buildx-action creates a builder that can.`,
    };
  }
  const parts = [inputs.context, inputs.file, inputs.target, platforms];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
  const tag = `buildcache-${hash}`;
  if (repository.isImmutable(tag)) {
    return {
      ...none,
      note: `This build leaves no layer cache for other jobs: tags of ${repository.uri} are immutable. Exclude buildcache-* from that, or set cache-from and cache-to to another place.`,
    };
  }
  const place = `type=registry,ref=${repository.uri}:${tag}`;
  return {
    from: [place],
    to: [`${place},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`],
  };
}

const none: BuildCache = { from: [], to: [] };

/** The option came with BuildKit 0.12, for caches that go over the network. */
function ignoringErrors(entry: string): string {
  return /(^|,)type=(registry|gha|s3|azblob)\b/.test(entry) && !/(^|,)ignore-error=/.test(entry)
    ? `${entry},ignore-error=true`
    : entry;
}

/** What went wrong with a cache, from the output of the build; undefined: nothing. */
export function cacheTrouble(lines: readonly string[]): string | undefined {
  const steps = new Map<string, string>();
  for (const line of lines) {
    const [, step = '', text = ''] = /^#(\d+) (.*)$/.exec(line) ?? [];
    if (/^(exporting cache|importing cache manifest)/.test(text)) steps.set(step, text);
    const what = steps.get(step);
    // A cache that doesn't exist yet is normal.
    if (what === undefined || !/^(ERROR|error)\b/.test(text) || /not found\b/.test(text)) continue;
    const verb = what.startsWith('exporting') ? 'written' : 'read';
    return `The build's cache could not be ${verb}: ${text.replace(/^ERROR: /, '')}`;
  }
  return undefined;
}
