import { kindOf, wordsOf } from '../../aws/errors.ts';
import { Failure } from '../../process/failure.ts';
import { parseReference, repositoryUri } from '../../reference/image-reference.ts';
import type { RunImage } from '../../reference/rollback-target.ts';
import { calling, type Run } from '../../run/run.ts';
import { findRepository } from './find-repository.ts';
import { isMissing } from './wait-for-image.ts';

/** What a registry says about a tag or digest. */
export type ImageState =
  | { readonly kind: 'there'; readonly digest: string }
  | { readonly kind: 'gone' }
  /** Not readable: in another registry than ECR, or denied. */
  | { readonly kind: 'unknown' };

/** Reads the state of an image that a task definition names; never throws. There a name without a registry means Docker Hub. */
export async function readImageState(run: Run, text: string, tagOrDigest: string): Promise<ImageState> {
  if (parseReference(text)?.registry === undefined) return { kind: 'unknown' };
  try {
    const repository = await findRepository({ aws: run.aws, calling: calling(run), text, create: undefined });
    const image = await repository.readImage(tagOrDigest);
    return image === undefined ? { kind: 'unknown' } : { kind: 'there', digest: image.digest };
  } catch (error) {
    if (isMissing(error)) return { kind: 'gone' };
    const cause = error instanceof Failure ? error.message : `${kindOf(error)}: ${wordsOf(error)}`;
    run.log.debug(`The state of ${text} ${tagOrDigest} is unknown (${cause}).`);
    return { kind: 'unknown' };
  }
}

/** The images, as `repository@digest`, that are certainly no longer in their repository. */
export async function findLostImages(run: Run, images: readonly RunImage[]): Promise<readonly string[]> {
  const lost = await Promise.all(
    images.map(async ({ image, digest }) => {
      const reference = parseReference(image);
      if (reference === undefined || digest === undefined) return [];
      const repository = repositoryUri(reference);
      const state = await readImageState(run, repository, digest);
      return state.kind === 'gone' ? [`${repository}@${digest}`] : [];
    }),
  );
  return lost.flat();
}
