import { type Streamed, streamDocker } from '../../docker/stream.ts';
import { Failure } from '../../process/failure.ts';
import { pushedDigest } from '../build/classic.ts';
import { type CopyPlaces, failureOfCopy } from './copy-failure.ts';

/** A copy of an image, with who hears of it. */
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
 * Copies by the registries' own protocol, layer by layer, without an engine: every byte stays as it is, and so does the
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
  // Without it, a single image would be copied too, but the tags would lead to an index around it.
  let created = await create('--prefer-index=false');
  if (created.exitCode !== 0 && created.lines.some((line) => line.includes('unknown flag: --prefer-index'))) {
    created = await create();
  }
  if (created.exitCode !== 0) throw failureOfCopy(created, copy, undefined);
}

/**
 * Copies with `docker pull`, `tag` and `push`: one platform of the image, whose layers an engine with the classic image store
 * packs anew.
 * @returns the digest that the registry gave it, the same for all tags
 * @throws Failure as above, image-digest-unknown
 */
export async function copyWithEngine(copy: ImageCopy & { readonly platform: string }): Promise<string> {
  const { from, repository, tags } = copy;
  const pull = (): Promise<Streamed> => docker(copy, ['pull', `--platform=${copy.platform}`, from]);
  let pulled = await pull();
  // The classic image store keeps one platform under a digest (seen in 20.10): that of an earlier copy makes way.
  if (pulled.exitCode !== 0 && pulled.lines.some((line) => line.includes('Cannot overwrite digest'))) {
    await docker(copy, ['image', 'rm', from]);
    pulled = await pull();
  }
  if (pulled.exitCode !== 0) throw failureOfCopy(pulled, copy, 'from');
  const digests = new Set<string>();
  for (const tag of tags) {
    const name = `${repository}:${tag}`;
    // Else an older image of that name would be pushed.
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
    message: `Which image was pushed to ${repository} is not sure: the pushes told ${[...digests].join(', ') || 'no digest'}.`,
    advice: 'Did another build on this engine use the same tag at the same time? Run the job again.',
  });
}

function docker({ env, folder, say, signal }: ImageCopy, args: readonly string[]): Promise<Streamed> {
  return streamDocker({ env, args, folder, say, signal });
}
