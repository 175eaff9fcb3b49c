import { kindOf } from '../../aws/errors.ts';
import { Failure } from '../../process/failure.ts';
import { atDigest, isDigest, parseReference } from '../../reference/image-reference.ts';
import { addTag, type EcrImage, readBlob, readImages } from './ecr-images.ts';
import type { EcrPlace } from './ecr-place.ts';
import { refuseFindings } from './ecr-scan.ts';
import { createEcrRepository, type NewRepository } from './new-repository.ts';
import type { RegistryImage, RegistryLogin, Repository } from './repository.ts';
import { readTagRules } from './tag-rules.ts';

/** A repository of ECR by its description, which may be that of one still to be created. */
export function ecrRepository(found: {
  readonly place: EcrPlace;
  readonly login: () => Promise<RegistryLogin>;
  readonly described: Parameters<typeof readTagRules>[0];
  readonly toCreate: NewRepository | undefined;
  readonly cannotCreate: string | undefined;
}): Repository {
  const { place, login, described, toCreate, cannotCreate } = found;
  const { uri } = place;
  const readMany = async (ids: readonly string[]): Promise<ReadonlyMap<string, RegistryImage>> => {
    const images = await readImages(place, ids);
    return new Map([...images].map(([id, image]) => [id, imageIn(place, image)]));
  };
  return {
    uri,
    toCreate,
    cannotCreate,
    createIfMissing: async (log) => {
      if (toCreate !== undefined) await createEcrRepository(place, toCreate, log);
    },
    isImmutable: readTagRules(described).isImmutable,
    keepsCaches: true,
    notAsked: undefined,
    login: async () => {
      const own = await login();
      // The registry of another account accepts the same login under its own host.
      return { ...own, host: parseReference(uri)?.registry ?? own.host };
    },
    readImage: async (tagOrDigest) => {
      const image = (await readMany([tagOrDigest])).get(tagOrDigest);
      if (image !== undefined) return image;
      throw imageMissing(uri, tagOrDigest);
    },
    readImages: async (ids) => {
      try {
        return await readMany(ids);
      } catch (error) {
        // Pushing needs the permission too; docker reports its absence then.
        if (kindOf(error) !== 'denied') throw error;
        return undefined;
      }
    },
  };
}

function imageIn(place: EcrPlace, image: EcrImage): RegistryImage {
  return {
    uri: atDigest(place.uri, image.digest),
    digest: image.digest,
    manifest: image.manifest,
    readBlob: (digest) => readBlob(place, digest),
    addTag: (tag) => addTag(place, image, tag),
    refuseFindings: (platforms, severity) => refuseFindings(place, image, platforms, severity),
  };
}

/** A tag with a digit reads as a version and not as the name of an image on Docker Hub. */
function imageMissing(uri: string, tagOrDigest: string): Failure {
  return new Failure({
    code: 'image-missing',
    fault: 'yours',
    message: `The repository ${uri} has no image ${tagOrDigest}.`,
    advice: `Check the input image. A lifecycle rule of the repository may have deleted it.${
      isDigest(tagOrDigest) || /\d/.test(tagOrDigest)
        ? ''
        : ` If you mean an image on Docker Hub, write it with its host and tag, as docker.io/library/${tagOrDigest}:TAG.`
    }`,
  });
}
