import { Failure } from '../failure.ts';
import { isSameRegistry, ownerOfRegistry } from '../image/ecr.ts';
import {
  type ImageReference,
  isDigest,
  isSameRepository,
  isTag,
  parseReference,
  repositoryUri,
} from '../image/reference.ts';
import type { ImageInputs } from '../inputs/image.ts';

/** What shall become of the image; decided before anything is built. */
export type ImageChange =
  /** The image that the task definition names already. */
  | { readonly kind: 'keep' }
  /** One that exists, by tag or digest of a repository. */
  | { readonly kind: 'existing'; readonly repository: string; readonly tagOrDigest: string }
  /** One that exists, and is to be in another repository. */
  | {
      readonly kind: 'copy';
      readonly repository: string;
      readonly tagOrDigest: string;
      readonly to: string;
    }
  | { readonly kind: 'build'; readonly repository: string };

export interface ImageFacts {
  readonly inputs: ImageInputs;
  /** Whether the image is what another service runs. */
  readonly isPromoted: boolean;
  /** The image that the container has in the task definition to be changed. */
  readonly current: string | undefined;
  readonly hasDockerfile: boolean;
  /** Where the Dockerfile was looked for, for the message. */
  readonly dockerfile: string;
  /** Whether anything but the image was asked to change, so that a run without an image makes sense. */
  readonly hasOtherChange: boolean;
}

/**
 * The image whose repository is meant where none is named. A file may have a placeholder (`web`, `<IMAGE>`), as the action
 * that renders task definitions for others takes it: what names no registry gives way to what runs. Pure.
 *
 * @param written in the task definition to be changed
 * @param running in what the service runs
 */
export function imageToReplace(written: string | undefined, running: string | undefined): string | undefined {
  const hasRegistry = (image: string | undefined): boolean =>
    image !== undefined && parseReference(image)?.registry !== undefined;
  return !hasRegistry(written) && hasRegistry(running) ? running : (written ?? running);
}

/**
 * Decides about the image. Pure.
 * @throws Failure input-invalid, dockerfile-missing, repository-missing
 */
export function decideImage(facts: ImageFacts): ImageChange {
  const { inputs, hasDockerfile, hasOtherChange } = facts;
  if (inputs.image !== undefined) return existing(facts, inputs.image);
  if (inputs.build === 'true' && !hasDockerfile) throw dockerfileMissing(facts);
  if (inputs.build === 'true' || (inputs.build === 'auto' && hasDockerfile)) {
    return { kind: 'build', repository: repositoryOf(facts) };
  }
  if (inputs.build === 'auto' && !hasOtherChange) throw dockerfileMissing(facts);
  return { kind: 'keep' };
}

/** A full reference, or a bare tag (`v1.2`, without slash, colon and at sign) or digest in the service's repository. */
function existing(facts: ImageFacts, image: string): ImageChange {
  if (isDigest(image) || isTag(image)) {
    return { kind: 'existing', repository: repositoryOf(facts), tagOrDigest: image };
  }
  const reference = parseReference(image);
  if (reference === undefined) {
    throw new Failure({
      code: 'input-invalid',
      fault: 'yours',
      message: `image: ${JSON.stringify(image)} is no image reference, no tag and no digest.`,
    });
  }
  const found = {
    repository: repositoryUri(reference),
    tagOrDigest: reference.digest ?? reference.tag ?? 'latest',
  };
  const to = placeOfCopy(facts, reference);
  return to === undefined ? { kind: 'existing', ...found } : { kind: 'copy', ...found, to };
}

/**
 * The repository that an image has to be copied into, undefined where it is deployed from where it is: the one that is
 * named; for what another service runs, that of the service, when it is in another account or region.
 */
function placeOfCopy(
  { inputs: { repository }, isPromoted, current }: ImageFacts,
  image: ImageReference,
): string | undefined {
  if (repository !== undefined) {
    const named = parseReference(repository);
    return named?.registry !== undefined && isSameRepository(named, image) ? undefined : repository;
  }
  const own = isPromoted && current !== undefined ? parseReference(current) : undefined;
  if (own?.registry === undefined || isSameRegistry(own.registry, image.registry)) return undefined;
  const { kind } = ownerOfRegistry(own.registry);
  return kind === 'ecr' || kind === 'unknown' ? repositoryUri(own) : undefined;
}

function repositoryOf({ inputs, current }: ImageFacts): string {
  if (inputs.repository !== undefined) return inputs.repository;
  const reference = current === undefined ? undefined : parseReference(current);
  if (reference !== undefined) return repositoryUri(reference);
  throw new Failure({
    code: 'repository-missing',
    fault: 'yours',
    message: 'The task definition names no image from which the repository could be taken.',
    advice: 'Name the repository with the input repository.',
  });
}

function dockerfileMissing({ dockerfile }: ImageFacts): Failure {
  return new Failure({
    code: 'dockerfile-missing',
    fault: 'yours',
    message: `There is no Dockerfile at ${dockerfile}, and no image is named.`,
    advice:
      'Either check out the repository before this step (and correct context or file), or name an image that exists with the input image.',
  });
}
