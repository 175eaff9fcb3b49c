import type { ImageInputs } from '../../inputs/image.ts';
import { Failure } from '../../process/failure.ts';
import { atDigest } from '../../reference/image-reference.ts';
import type { Run } from '../../run/run.ts';
import { checkPlatforms } from '../registry/image-platforms.ts';
import { withLogins } from '../registry/logins.ts';
import type { ProvidedImage } from '../registry/provided-image.ts';
import type { RegistryImage, Repository } from '../registry/repository.ts';
import { retryPush } from '../registry/retry-push.ts';
import { tagsToPush } from '../registry/tags.ts';
import { refuseUnread } from '../registry/unscanned.ts';
import { copyWithBuildx, copyWithEngine, type ImageCopy } from './copy.ts';

/** The program that copies: buildx, or else the engine, which copies one platform. */
export type Copier = { readonly kind: 'buildx' } | { readonly kind: 'engine'; readonly platform: string };

/** A copy that is ready to start. */
export interface ReadyCopy {
  readonly copier: Copier;
  /** `repository@digest` */
  readonly from: string;
  readonly digest: string;
  /** Whether its platform was checked at the source; if not, the copy is checked. */
  readonly isChecked: boolean;
  readonly source: Repository;
  readonly target: Repository;
  /** The first one identifies the copy. */
  readonly tags: readonly string[];
  /** What the registry had under these tags before; undefined: unknown. */
  readonly present: ReadonlyMap<string, RegistryImage> | undefined;
  /** The platforms of the task definitions. */
  readonly tasks: readonly string[];
  readonly inputs: ImageInputs;
  /** The inputs that had no effect. */
  readonly note: string | undefined;
  /** Ends the copy when it can't be deployed; the reason of the abort is thrown. */
  readonly stop: AbortSignal | undefined;
}

/** Copies an image with private Docker logins, which are removed afterwards whatever happens. */
export async function runCopy(run: Run, ready: ReadyCopy): Promise<ProvidedImage> {
  const { source, target, from, stop } = ready;
  await target.createIfMissing(run.log);
  try {
    const digest = await withLogins(
      run,
      { needed: [source, target], read: [] },
      {},
      ({ env, path: folder }) => {
        const signal = stop === undefined ? run.signal : AbortSignal.any([run.signal, stop]);
        const tags = tagsToPush(run, { ...ready, repository: target });
        const copy = { env, folder, from, repository: target.uri, tags, say: run.log.foreign, signal };
        return run.log.fold(`Copying ${from} to ${target.uri}`, () =>
          retryPush(run, signal, () => copied(ready, copy)),
        );
      },
    );
    if (digest !== ready.digest) {
      run.log.notice(
        `The copy of ${from} has another digest, ${digest}: Docker without buildx copies one platform and may compress its layers again. buildx copies every byte.`,
      );
    }
    await checkCopied(run, ready, digest);
    return { uri: atDigest(target.uri, digest), digest, copyOf: from, note: ready.note };
  } catch (error) {
    if (stop?.aborted && !run.signal.aborted) throw stop.reason;
    throw error;
  }
}

async function copied({ copier, digest }: ReadyCopy, copy: ImageCopy): Promise<string> {
  if (copier.kind === 'engine') return copyWithEngine({ ...copy, platform: copier.platform });
  await copyWithBuildx(copy);
  return digest;
}

/** Checks that the repository has the digest to deploy, and that the tasks can run it. */
async function checkCopied(
  run: Run,
  { isChecked, target, tasks, inputs }: ReadyCopy,
  digest: string,
): Promise<void> {
  const present = await target.readImages([digest]);
  const image = present?.get(digest);
  if (present !== undefined && image === undefined) {
    throw new Failure({
      code: 'image-digest-unknown',
      fault: 'ours',
      message: `The image was copied, but ${target.uri} has no image ${digest}.`,
      advice: 'Update buildx.',
    });
  }
  if (image === undefined) {
    refuseUnread(atDigest(target.uri, digest), inputs.failOnSeverity);
    return;
  }
  if (!isChecked) await checkPlatforms(image, tasks, run.log.say);
  const severity = inputs.failOnSeverity;
  if (severity !== undefined) await image.refuseFindings(tasks, severity);
}
