import type { Account } from '../base/account.ts';
import { documentOf, documentsOf, textOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';
import { pageOf } from '../server/pages.ts';
import { digestOf, type ImageTable } from './image-table.ts';
import type { StoredImage } from './images.ts';
import { readManifest } from './manifest.ts';
import { immutableTagText, isImmutable, type Repository } from './repositories.ts';

/** ECR's operations on the images of a repository. `repository` throws if the input names none. */
export function imageOperations(options: {
  readonly account: Account;
  readonly images: ImageTable;
  readonly repository: (input: Document) => Repository;
}): Operations {
  const { account, images, repository } = options;

  const imageNotFound = (name: string, id: Document): AwsError =>
    new AwsError(
      'ImageNotFoundException',
      `The image with imageId ${shownId(id)} does not exist within the repository with name '${name}' in the registry with id '${account.accountId}'`,
    );

  /** Accepts a manifest whose digest, or everything it refers to, exists. Layers come by the registry's own protocol. */
  const put = (input: Document): Document => {
    const { name, mutability } = repository(input);
    const body = textOf(input, 'imageManifest') ?? '';
    const tag = textOf(input, 'imageTag');
    const digest = digestOf(body);
    const before = tag === undefined ? images.find(name, digest) : images.find(name, tag);
    const where = `in the repository with name '${name}' in registry with id '${account.accountId}'`;
    if ((textOf(input, 'imageDigest') ?? digest) !== digest)
      throw new AwsError('ImageDigestDoesNotMatchException', 'The digest is not that of the manifest');
    if (before === digest)
      throw new AwsError(
        'ImageAlreadyExistsException',
        `Image with digest '${digest}' and tag '${tag ?? ''}' already exists ${where}`,
      );
    if (tag !== undefined && before !== undefined && isImmutable(mutability, tag))
      throw new AwsError('ImageTagAlreadyExistsException', immutableTagText(name, tag));
    if (images.find(name, digest) === undefined) {
      const children = readManifest(body).manifests;
      if (children === undefined)
        throw new AwsError('LayersNotFoundException', `Layers of '${digest}' are not found ${where}`);
      if (children.some((child) => images.find(name, child.digest) === undefined))
        throw new AwsError(
          'ReferencedImagesNotFoundException',
          `Images of '${digest}' are not found ${where}`,
        );
    }
    const mediaType = textOf(input, 'imageManifestMediaType') ?? readManifest(body).mediaType ?? '';
    images.push(name, { digest, mediaType, body, tag });
    return {
      image: {
        registryId: account.accountId,
        repositoryName: name,
        imageId: { imageDigest: digest, imageTag: tag },
        imageManifest: body,
        imageManifestMediaType: mediaType,
      },
    };
  };

  return {
    // Unlike BatchGetImage, it fails if one of the requested images doesn't exist.
    DescribeImages: async (input) => {
      const { name } = repository(input);
      const ids = documentsOf(input, 'imageIds');
      for (const id of ids) if (!exists(images, name, id)) throw imageNotFound(name, id);
      const wanted = new Set(ids.map((id) => images.find(name, referenceOf(id))));
      const found = (await images.list(name))
        .filter(({ digest }) => ids.length === 0 || wanted.has(digest))
        .filter((image) => hasTagStatus(image, documentOf(input, 'filter')));
      const { page, nextToken } = pageOf(found, input, { ...pages, keyOf: ({ digest }) => digest });
      return { imageDetails: page.map((image) => details(account, name, image)), nextToken };
    },
    ListImages: async (input) => {
      const { name } = repository(input);
      const found = (await images.list(name)).filter((image) =>
        hasTagStatus(image, documentOf(input, 'filter')),
      );
      const ids = found.flatMap(({ digest, tags }): Document[] =>
        tags.length === 0
          ? [{ imageDigest: digest }]
          : tags.map((tag) => ({ imageDigest: digest, imageTag: tag })),
      );
      const { page, nextToken } = pageOf(ids, input, { ...pages, keyOf: shownId });
      return { imageIds: [...page], nextToken };
    },
    // A missing image is a failure in the reply, not an error.
    BatchGetImage: async (input) => {
      const { name } = repository(input);
      const found: Document[] = [];
      const failures: Document[] = [];
      for (const id of documentsOf(input, 'imageIds')) {
        const manifest = exists(images, name, id) ? await images.manifest(name, referenceOf(id)) : undefined;
        if (manifest === undefined) {
          failures.push(notFoundFailure(id));
          continue;
        }
        found.push({
          registryId: account.accountId,
          repositoryName: name,
          // For a digest, the reply may have a tag too (observed).
          imageId: {
            imageDigest: manifest.digest,
            imageTag:
              textOf(id, 'imageTag') ??
              (await images.list(name)).find(({ digest }) => digest === manifest.digest)?.tags[0],
          },
          imageManifest: manifest.body,
          imageManifestMediaType: manifest.mediaType,
        });
      }
      return { images: found, failures };
    },
    PutImage: (input) => put(input),
    BatchDeleteImage: (input) => {
      const { name } = repository(input);
      const deleted: Document[] = [];
      const failures: Document[] = [];
      for (const id of documentsOf(input, 'imageIds')) {
        const digest = exists(images, name, id) ? images.find(name, referenceOf(id)) : undefined;
        const tag = textOf(id, 'imageTag');
        if (digest === undefined) {
          failures.push(notFoundFailure(id));
          continue;
        }
        if (tag !== undefined) images.removeTag(name, tag);
        else images.remove(name, digest);
        deleted.push({ imageDigest: digest, imageTag: tag });
      }
      return { imageIds: deleted, failures };
    },
  };
}

const notFoundFailure = (imageId: Document): Document => ({
  imageId,
  failureCode: 'ImageNotFound',
  failureReason: 'Requested image not found',
});

/** Documented. */
const pages = { size: 100, most: 1000 };

function referenceOf(id: Document): string {
  return textOf(id, 'imageTag') ?? textOf(id, 'imageDigest') ?? '';
}

/** An id may have both a tag and a digest, which then have to match. */
function exists(images: ImageTable, repository: string, id: Document): boolean {
  const found = images.find(repository, referenceOf(id));
  const digest = textOf(id, 'imageDigest');
  return found !== undefined && (digest === undefined || digest === found);
}

function hasTagStatus({ tags }: StoredImage, filter: Document | undefined): boolean {
  const status = filter === undefined ? undefined : textOf(filter, 'tagStatus');
  if (status === 'TAGGED') return tags.length > 0;
  if (status === 'UNTAGGED') return tags.length === 0;
  return true;
}

function details(account: Account, name: string, image: StoredImage): Document {
  return {
    registryId: account.accountId,
    repositoryName: name,
    imageDigest: image.digest,
    imageTags: image.tags.length === 0 ? undefined : [...image.tags],
    imageSizeInBytes: image.sizeInBytes,
    imagePushedAt: image.pushedAt / 1000,
    imageManifestMediaType: image.mediaType,
    imageStatus: 'ACTIVE',
  };
}

function shownId(id: Document): string {
  return `{imageDigest:'${textOf(id, 'imageDigest') ?? 'null'}', imageTag:'${textOf(id, 'imageTag') ?? 'null'}'}`;
}
