import { call } from '../../aws/call.ts';
import { download } from '../../aws/download.ts';
import { isDigest } from '../../reference/image-reference.ts';
import { type EcrPlace, inRepository } from './ecr-place.ts';

/** An image as ECR has it. */
export interface EcrImage {
  readonly digest: string;
  /** The manifest or index, byte for byte. */
  readonly manifest: string;
  readonly mediaType: string | undefined;
}

/**
 * Reads the images under these tags and digests, keyed by both. Missing ones are left out. ECR may answer a digest with one
 * of the image's tags beside it.
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
  return new Map(
    (reply.images ?? []).flatMap(({ imageId, imageManifest = '', imageManifestMediaType: mediaType }) => {
      const { imageDigest: digest, imageTag: tag } = imageId ?? {};
      if (digest === undefined) return [];
      const image: EcrImage = { digest, manifest: imageManifest, mediaType };
      return [digest, ...(tag === undefined ? [] : [tag])].map((name) => [name, image] as const);
    }),
  );
}

/** Images and indexes of Docker and OCI. */
const mediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

/** Downloads a blob of the repository as text; undefined: ECR gives no address for it. */
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
 * Gives an image another tag; no layer is sent. An immutable tag stays with the image that has it.
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
