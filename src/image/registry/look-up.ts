import { kindOf, wordsOf } from '../../aws/errors.ts';
import { Failure } from '../../process/failure.ts';
import { parseReference, repositoryUri } from '../../reference/image-reference.ts';
import type { RunImage } from '../../reference/rollback-target.ts';
import { calling, type Run } from '../../run/run.ts';
import { findRepository } from './find-repository.ts';

/** What a registry says about a tag or digest. */
export type LookedUp =
  | { readonly kind: 'there'; readonly digest: string }
  | { readonly kind: 'gone' }
  /** It can't be looked up: another registry than ECR, or no permission. */
  | { readonly kind: 'unknown' };

/**
 * Looks an image of a task definition up where that is possible; never throws. A name without a registry is one of
 * Docker Hub there.
 */
export async function lookUp(run: Run, text: string, tagOrDigest: string): Promise<LookedUp> {
  if (parseReference(text)?.registry === undefined) return { kind: 'unknown' };
  try {
    const repository = await findRepository({ aws: run.aws, calling: calling(run), text, create: undefined });
    const image = await repository.readImage(tagOrDigest);
    return image === undefined ? { kind: 'unknown' } : { kind: 'there', digest: image.digest };
  } catch (error) {
    if (error instanceof Failure) {
      const isGone = error.code === 'image-missing' || error.code === 'repository-missing';
      return { kind: isGone ? 'gone' : 'unknown' };
    }
    run.log.debug(`${text} ${tagOrDigest} could not be looked up (${kindOf(error)}): ${wordsOf(error)}`);
    return { kind: 'unknown' };
  }
}

/** Those of the images, as `repository@digest`, that are certainly no longer in their repository. */
export async function lostImages(run: Run, images: readonly RunImage[]): Promise<readonly string[]> {
  const lost = await Promise.all(
    images.map(async ({ image, digest }) => {
      const reference = parseReference(image);
      if (reference === undefined || digest === undefined) return [];
      const repository = repositoryUri(reference);
      const found = await lookUp(run, repository, digest);
      return found.kind === 'gone' ? [`${repository}@${digest}`] : [];
    }),
  );
  return lost.flat();
}
