import { type Streamed, streamDocker } from '../../docker/stream.ts';
import { Failure } from '../../process/failure.ts';
import { pushedDigest } from '../build/classic.ts';
import { type CopyPlaces, failureOfCopy } from './copy-failure.ts';

/** A copy of an image, with its output. */
export interface ImageCopy extends CopyPlaces {
  /** Holds the logins of both registries. */
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** At least one. */
  readonly tags: readonly string[];
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Copies by the registries' own protocol, layer by layer, without an engine: every byte stays the same, and so does the
 * digest.
 * @throws Failure pull-denied, image-missing, push-denied, repository-missing, image-tag-immutable, copy-failed
 */
export async function copyWithBuildx(copy: ImageCopy): Promise<void> {
  const { from, repository, tags } = copy;
  const create = (...flags: readonly string[]): Promise<Streamed> =>
    docker(copy, [
      'buildx',
      'imagetools',
      'create',
      '--progress=plain',
      ...flags,
      ...tags.map((tag) => `--tag=${repository}:${tag}`),
      from,
    ]);
  // Without the flag, a single image is copied too, but the tags then point to an index around it.
  let created = await create('--prefer-index=false');
  if (created.exitCode !== 0 && created.lines.some((line) => line.includes('unknown flag: --prefer-index'))) {
    created = await create();
  }
  if (created.exitCode !== 0) throw failureOfCopy(created, copy, undefined);
}

/**
 * Copies with `docker pull`, `tag` and `push`: one platform of the image, whose layers an engine with the classic image store
 * compresses again.
 * @returns the digest in the target registry, the same for all tags
 * @throws Failure as above, image-digest-unknown
 */
export async function copyWithEngine(copy: ImageCopy & { readonly platform: string }): Promise<string> {
  const { from, repository, tags } = copy;
  const pull = (): Promise<Streamed> => docker(copy, ['pull', `--platform=${copy.platform}`, from]);
  let pulled = await pull();
  // The classic image store keeps one platform per digest (observed in 20.10), so remove that of an earlier copy.
  if (pulled.exitCode !== 0 && pulled.lines.some((line) => line.includes('Cannot overwrite digest'))) {
    await docker(copy, ['image', 'rm', from]);
    pulled = await pull();
  }
  if (pulled.exitCode !== 0) throw failureOfCopy(pulled, copy, 'from');
  const digests = new Set<string>();
  for (const tag of tags) {
    const name = `${repository}:${tag}`;
    // If this failed, docker would push an older image of that name.
    const tagged = await docker(copy, ['tag', from, name]);
    if (tagged.exitCode !== 0) throw failureOfCopy(tagged, copy, 'from');
    const pushed = await docker(copy, ['push', name]);
    if (pushed.exitCode !== 0) throw failureOfCopy(pushed, copy, undefined);
    const digest = pushedDigest(pushed.lines);
    if (digest !== undefined) digests.add(digest);
  }
  const [digest, ...more] = digests;
  if (digest !== undefined && more.length === 0) return digest;
  throw new Failure({
    code: 'image-digest-unknown',
    fault: 'ours',
    message: `The image in ${repository} may not be the copy: the pushes reported ${[...digests].join(', ') || 'no digest'}.`,
    advice: 'Another build on this engine may use the same tag at the same time. Run the job again.',
  });
}

function docker({ env, folder, say, signal }: ImageCopy, args: readonly string[]): Promise<Streamed> {
  return streamDocker({ env, args, folder, say, signal });
}
