import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Images, StoredImage, StoredManifest } from './images.ts';
import { type Manifest, readManifest, sizeOf } from './manifest.ts';

/** The images of all repositories, in memory. The local ECR answers from it, with or without a registry behind it. */
export interface ImageTable extends Images {
  /**
   * Adds an image without a push, for simulated tasks: an index with one image per platform, as buildx makes it.
   * @returns its digest
   */
  put(repositoryName: string, image: ImageToPut): string;
  /** Adds a pushed manifest; its tag moves from the image that had it. */
  push(repositoryName: string, manifest: StoredManifest & { readonly tag: string | undefined }): void;
  /** The digest for a tag or digest; undefined if there is no such image. */
  find(repositoryName: string, reference: string): string | undefined;
  /** Removes a tag, and with its last tag the image (documented for BatchDeleteImage). */
  removeTag(repositoryName: string, tag: string): void;
  /** Removes an image with all its tags. */
  remove(repositoryName: string, digest: string): void;
  removeAll(repositoryName: string): void;
}

interface ImageToPut {
  readonly tags?: readonly string[];
  /** Any digest in place of the manifest's. */
  readonly digest?: string;
  /** Defaults to `linux/amd64`. */
  readonly platform?: string | readonly string[];
}

interface Image extends StoredManifest {
  readonly tags: Set<string>;
  readonly pushedAt: number;
}

export function imageTable(clock: Pick<Clock, 'now'>): ImageTable {
  const repositories = new Map<string, Map<string, Image>>();

  const imagesOf = (repository: string): Map<string, Image> => repositories.get(repository) ?? new Map();
  const find = (repository: string, reference: string): Image | undefined => {
    const images = imagesOf(repository);
    return images.get(reference) ?? [...images.values()].find(({ tags }) => tags.has(reference));
  };
  const push: ImageTable['push'] = (repository, { digest, mediaType, body, tag }) => {
    const images = imagesOf(repository);
    repositories.set(repository, images);
    const image = images.get(digest) ?? { digest, mediaType, body, tags: new Set(), pushedAt: clock.now() };
    images.set(digest, image);
    if (tag === undefined) return;
    for (const other of images.values()) other.tags.delete(tag);
    image.tags.add(tag);
  };
  const shown = (repository: string, image: Image): StoredImage => ({
    digest: image.digest,
    tags: [...image.tags],
    mediaType: image.mediaType,
    sizeInBytes: sizeOf(readManifest(image.body), (digest) => {
      const child = imagesOf(repository).get(digest);
      return child === undefined ? undefined : readManifest(child.body);
    }),
    pushedAt: image.pushedAt,
  });

  return {
    list: (repository) =>
      Promise.resolve([...imagesOf(repository).values()].map((image) => shown(repository, image))),
    manifest: (repository, reference) => {
      const image = find(repository, reference);
      return Promise.resolve(image && { digest: image.digest, mediaType: image.mediaType, body: image.body });
    },
    push,
    put: (repository, { tags = [], digest, platform = 'linux/amd64' }) => {
      const platforms = typeof platform === 'string' ? [platform] : platform;
      const children = platforms.map((each) => ({ platform: each, ...imageFor(repository, each, tags) }));
      for (const child of children) push(repository, { ...child, tag: undefined });
      const index = stored(indexOf(children), mediaTypes.index);
      const named = { ...index, digest: digest ?? index.digest };
      push(repository, { ...named, tag: undefined });
      for (const tag of tags) push(repository, { ...named, tag });
      return named.digest;
    },
    find: (repository, reference) => find(repository, reference)?.digest,
    removeTag: (repository, tag) => {
      const image = find(repository, tag);
      image?.tags.delete(tag);
      if (image?.tags.size === 0) imagesOf(repository).delete(image.digest);
    },
    remove: (repository, digest) => {
      imagesOf(repository).delete(digest);
    },
    removeAll: (repository) => {
      repositories.delete(repository);
    },
  };
}

const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  image: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** The manifest of an image for a platform; the same tags make the same image, and different tags another one. */
function imageFor(repository: string, platform: string, tags: readonly string[]): StoredManifest {
  const digest = (part: string) => digestOf([repository, platform, ...tags, part].join('\n'));
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.image,
    config: { mediaType: mediaTypes.config, digest: digest('config'), size: 1_000 },
    layers: [{ mediaType: mediaTypes.layer, digest: digest('layer'), size: 1_000_000 }],
  };
  return stored(manifest, mediaTypes.image);
}

function indexOf(children: readonly (StoredManifest & { readonly platform: string })[]): Manifest {
  return {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: children.map(({ digest, mediaType, body, platform }) => {
      const [os = '', architecture = ''] = platform.split('/');
      return { mediaType, digest, size: Buffer.byteLength(body), platform: { os, architecture } };
    }),
  };
}

function stored(manifest: Manifest, mediaType: string): StoredManifest {
  const body = JSON.stringify(manifest);
  return { digest: digestOf(body), mediaType, body };
}

export function digestOf(body: string | Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
