import type { ImageFailure } from '@aws-sdk/client-ecr';
import { call } from '../../aws/call.ts';
import { download } from '../../aws/download.ts';
import { incompleteAnswer } from '../../aws/incomplete-answer.ts';
import { Failure } from '../../process/failure.ts';
import { isDigest } from '../../reference/image-reference.ts';
import { type EcrPlace, inRepository } from './ecr-place.ts';

/** An image as ECR returns it. */
export interface EcrImage {
  readonly digest: string;
  /** The manifest or index, byte for byte. */
  readonly manifest: string;
  readonly mediaType: string | undefined;
}

/**
 * Reads the images with these tags and digests, keyed by both. Missing ones are skipped. For a digest ECR may also return
 * one of the image's tags.
 *
 * @throws Failure aws-refused for an image that exists but can't be read; aws-unreachable for an answer that lacks the
 *   digest or the manifest of an image
 */
export async function readImages(
  place: EcrPlace,
  tagsOrDigests: readonly string[],
): Promise<ReadonlyMap<string, EcrImage>> {
  if (tagsOrDigests.length === 0) return new Map();
  const { BatchGetImageCommand } = await import('@aws-sdk/client-ecr');
  const reply = await call(place.calling, 'ecr:BatchGetImage', (abortSignal) =>
    place.ecr.send(
      new BatchGetImageCommand({
        ...inRepository(place),
        imageIds: tagsOrDigests.map((id) => (isDigest(id) ? { imageDigest: id } : { imageTag: id })),
        acceptedMediaTypes: [...mediaTypes],
      }),
      { abortSignal },
    ),
  );
  const unread = reply.failures?.find(({ failureCode }) => !meansMissing(failureCode));
  if (unread !== undefined) throw unreadable(place, unread);
  return new Map(
    (reply.images ?? []).flatMap(
      ({ imageId, imageManifest: manifest, imageManifestMediaType: mediaType }) => {
        const { imageDigest: digest, imageTag: tag } = imageId ?? {};
        if (digest === undefined || manifest === undefined) throw incomplete(place, tagsOrDigests);
        const image: EcrImage = { digest, manifest, mediaType };
        return [digest, ...(tag === undefined ? [] : [tag])].map((name) => [name, image] as const);
      },
    ),
  );
}

/**
 * Whether a failure means that ECR doesn't have the image, by its code (documented). The `Upstream` codes come from a
 * pull-through cache that couldn't fetch the image yet. Any other code, such as KmsError, says nothing about its existence.
 */
function meansMissing(code: ImageFailure['failureCode'] = 'ImageNotFound'): boolean {
  return code === 'ImageNotFound' || code.startsWith('Invalid') || code.startsWith('Upstream');
}

function unreadable({ uri }: EcrPlace, { imageId, failureCode, failureReason }: ImageFailure): Failure {
  const name = imageId?.imageTag ?? imageId?.imageDigest;
  return new Failure({
    code: 'aws-refused',
    fault: 'aws',
    message: `ECR can't read ${name === undefined ? 'an image' : `the image ${name}`} of ${uri} (${failureCode ?? 'no code'}): ${failureReason ?? 'it gives no reason.'}`,
  });
}

/** ECR always sends both. Such an image must not count as missing, or a tag that exists would be built again. */
function incomplete({ uri }: EcrPlace, tagsOrDigests: readonly string[]): Failure {
  return incompleteAnswer(
    `ECR's answer about ${tagsOrDigests.join(', ')} of ${uri} lacks the digest or the manifest of an image.`,
  );
}

/** Images and indexes of Docker and OCI. */
const mediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

/** Downloads a blob of the repository as text; undefined: ECR offers no download of it. */
export async function readBlob(place: EcrPlace, digest: string): Promise<string | undefined> {
  const { GetDownloadUrlForLayerCommand } = await import('@aws-sdk/client-ecr');
  const { downloadUrl } = await call(place.calling, 'ecr:GetDownloadUrlForLayer', (abortSignal) =>
    place.ecr.send(new GetDownloadUrlForLayerCommand({ ...inRepository(place), layerDigest: digest }), {
      abortSignal,
    }),
  );
  return downloadUrl === undefined ? undefined : download(downloadUrl, place.calling.signal);
}

/**
 * Adds a tag to an image without sending a layer. An immutable tag stays with its image.
 * @returns whether the image has the tag now
 */
export async function addTag(place: EcrPlace, image: EcrImage, tag: string): Promise<boolean> {
  const { PutImageCommand } = await import('@aws-sdk/client-ecr');
  try {
    await call(place.calling, 'ecr:PutImage', (abortSignal) =>
      place.ecr.send(
        new PutImageCommand({
          ...inRepository(place),
          imageTag: tag,
          imageManifest: image.manifest,
          ...(image.mediaType === undefined ? {} : { imageManifestMediaType: image.mediaType }),
        }),
        { abortSignal },
      ),
    );
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ImageAlreadyExistsException') return true;
    if (error instanceof Error && error.name === 'ImageTagAlreadyExistsException') return false;
    throw error;
  }
}
