import { type Calling, call } from '../../aws/call.ts';
import { kindOf } from '../../aws/errors.ts';
import { Failure } from '../../process/failure.ts';
import { isDigest } from '../../reference/image-reference.ts';
import type { EcrRepository } from './repository.ts';

/** An image as ECR has it. */
export interface EcrImage {
  readonly digest: string;
  /** The manifest or index, byte for byte. */
  readonly manifest: string;
  readonly mediaType: string | undefined;
}

/**
 * The images behind these tags and digests, by both; those that are not there are left out. One that is asked for by its
 * digest may be answered with a tag beside it.
 */
async function readImages(
  repository: EcrRepository,
  calling: Calling,
  tagsOrDigests: readonly string[],
): Promise<ReadonlyMap<string, EcrImage>> {
  if (tagsOrDigests.length === 0) return new Map();
  const { BatchGetImageCommand } = await import('@aws-sdk/client-ecr');
  const reply = await call(calling, 'ecr:BatchGetImage', (abortSignal) =>
    repository.ecr.send(
      new BatchGetImageCommand({
        ...placeOf(repository),
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

/** What images and indexes of Docker and OCI are called. */
const mediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

/**
 * Gives an image another tag; no layer is sent. An immutable tag that another image has stays where it is.
 * @returns whether the image has the tag now
 */
export async function putTag(
  repository: EcrRepository,
  calling: Calling,
  image: EcrImage,
  tag: string,
): Promise<boolean> {
  const { PutImageCommand } = await import('@aws-sdk/client-ecr');
  try {
    await call(calling, 'ecr:PutImage', (abortSignal) =>
      repository.ecr.send(
        new PutImageCommand({
          ...placeOf(repository),
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

/**
 * The image that ECR holds under a tag or digest.
 * @throws Failure image-missing
 */
export async function readImage(
  repository: EcrRepository,
  calling: Calling,
  tagOrDigest: string,
): Promise<EcrImage> {
  const image = (await readImages(repository, calling, [tagOrDigest])).get(tagOrDigest);
  if (image !== undefined) return image;
  throw new Failure({
    code: 'image-missing',
    fault: 'yours',
    message: `The repository ${repository.uri} holds no image ${tagOrDigest}.`,
    advice: 'Check the input image; a lifecycle rule of the repository may have deleted it.',
  });
}

/** Undefined where reading is denied: pushing needs it as well, but then Docker will tell. */
export async function readImagesIfAllowed(
  repository: EcrRepository,
  calling: Calling,
  tags: readonly string[],
): Promise<ReadonlyMap<string, EcrImage> | undefined> {
  try {
    return await readImages(repository, calling, tags);
  } catch (error) {
    if (kindOf(error) !== 'denied') throw error;
    return undefined;
  }
}

function placeOf({ name, registryId }: EcrRepository) {
  return { repositoryName: name, ...(registryId === undefined ? {} : { registryId }) };
}
