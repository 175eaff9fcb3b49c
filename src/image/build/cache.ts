import { createHash } from 'node:crypto';
import type { Builder } from '../../docker/builder.ts';
import type { BuildInputs } from '../../inputs/build.ts';
import type { Repository } from '../registry/repository.ts';
import { canExportCache } from './capabilities.ts';

/** What a build reads and writes besides its images, as `--cache-from` and `--cache-to` take it. */
export interface BuildCache {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Why there is none by default, as a sentence. */
  readonly note?: string;
}

/**
 * The caches of the inputs, else one in the image's own repository: runners are new for each job, and have none of
 * their own. One tag for each Dockerfile, stage and platform, so that two builds don't take it from each other.
 *
 * ECR takes a cache only as an image with OCI media types (documented). That it can't be read or written never fails a
 * build.
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
      note: `No cache is kept for other jobs: the builder ${builder.name} can't write one. docker/setup-buildx-action makes one that can.`,
    };
  }
  const parts = [inputs.context, inputs.file, inputs.target, platforms];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
  const tag = `buildcache-${hash}`;
  if (repository.isImmutable(tag)) {
    return {
      ...none,
      note: `No cache is kept for other jobs: tags of ${repository.uri} can't move. Let buildcache-* move, or set cache-from and cache-to to another place.`,
    };
  }
  const place = `type=registry,ref=${repository.uri}:${tag}`;
  return {
    from: [place],
    to: [`${place},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`],
  };
}

const none: BuildCache = { from: [], to: [] };

/** The option came with BuildKit 0.12, for the kinds that go over a network. */
function ignoringErrors(entry: string): string {
  return /(^|,)type=(registry|gha|s3|azblob)\b/.test(entry) && !/(^|,)ignore-error=/.test(entry)
    ? `${entry},ignore-error=true`
    : entry;
}

/** What went wrong with a cache, from all that the build printed; undefined when nothing did. */
export function cacheTrouble(lines: readonly string[]): string | undefined {
  const steps = new Map<string, string>();
  for (const line of lines) {
    const [, step = '', text = ''] = /^#(\d+) (.*)$/.exec(line) ?? [];
    if (/^(exporting cache|importing cache manifest)/.test(text)) steps.set(step, text);
    const what = steps.get(step);
    // That there is no cache yet is no trouble.
    if (what === undefined || !/^(ERROR|error)\b/.test(text) || /not found\b/.test(text)) continue;
    const verb = what.startsWith('exporting') ? 'written' : 'read';
    return `The build's cache could not be ${verb}: ${text.replace(/^ERROR: /, '')}`;
  }
  return undefined;
}
