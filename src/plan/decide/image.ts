import type { ImageChange } from '../../image/registry/image-change.ts';
import { isOutsideEcr, isSameRegistry } from '../../image/registry/registry-host.ts';
import { givenForImage, type ImageInputs } from '../../inputs/image.ts';
import { Failure } from '../../process/failure.ts';
import {
  type ImageReference,
  isDigest,
  isSameRepository,
  isTag,
  parseReference,
  repositoryUri,
} from '../../reference/image-reference.ts';

export interface ImageFacts {
  readonly inputs: ImageInputs;
  /** Whether the image is what another service runs. */
  readonly isPromoted: boolean;
  /** The image that the container has in the task definition to be changed. */
  readonly current: string | undefined;
  readonly hasDockerfile: boolean;
  /** The path at which a Dockerfile was looked for, for the message. */
  readonly dockerfile: string;
  /** Whether the workspace has no files, as in a job without a checkout. */
  readonly isWorkspaceEmpty: boolean;
  /** Whether `images` gives another container the image of this run. */
  readonly isForOthers: boolean;
  /** Changes that are asked for besides the image: with one, a run without an image makes sense. */
  readonly asks: {
    readonly ofTaskDefinition: boolean;
    /** Counts, a new deployment, settings: what a job needs no checkout for. */
    readonly ofService: boolean;
  };
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
 *
 * A run that neither builds nor names an image is taken at its word only if it can be meant: an input that only an image
 * of this run can honour, or an empty workspace, tells that the Dockerfile was expected.
 *
 * @throws Failure input-invalid, dockerfile-missing, repository-missing
 */
export function decideImage(facts: ImageFacts): ImageChange {
  const { inputs, hasDockerfile, dockerfile, isForOthers, asks } = facts;
  const { image, build } = inputs;
  if (image !== undefined) return decideExisting(facts, image);
  const isBuilt = build === 'true' || (build === 'auto' && hasDockerfile);
  if (isBuilt && !hasDockerfile) throw dockerfileMissing(facts, 'no image is named');
  if (isBuilt) return { kind: 'build', repository: repositoryOf(facts) };

  const forOthers = isForOthers ? ['images (with build)'] : [];
  const asksForNothing = !asks.ofTaskDefinition && !asks.ofService;
  if (build === 'false') {
    // Inputs of a build or push beside it were refused before; a repository alone promises nothing.
    const needing = [...forOthers, ...(inputs.failOnSeverity === undefined ? [] : ['fail-on-severity'])];
    if (needing.length > 0) throw noImageNamed(`${joinNames(needing)} would be ignored`);
    if (asksForNothing) throw noImageNamed('no other input asks for a change');
    return { kind: 'keep', why: { kind: 'build-is-false' } };
  }
  if (asksForNothing) throw dockerfileMissing(facts, 'no image is named');
  const needing = [...givenForImage(inputs), ...forOthers];
  if (needing.length > 0) {
    throw dockerfileMissing(facts, `${joinNames(needing)} would be ignored without a build`);
  }
  if (facts.isWorkspaceEmpty && asks.ofTaskDefinition) {
    throw dockerfileMissing(facts, 'the workspace is empty');
  }
  return { kind: 'keep', why: { kind: 'no-dockerfile', lookedAt: dockerfile } };
}

function joinNames(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** A full reference, or a bare tag (`v1.2`, without slash, colon and at sign) or digest in the service's repository. */
function decideExisting(facts: ImageFacts, image: string): ImageChange {
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
  const to = copyRepository(facts, reference);
  return to === undefined ? { kind: 'existing', ...found } : { kind: 'copy', ...found, to };
}

/**
 * The repository that an image has to be copied into, undefined where it is deployed from where it is: the one that is
 * named; for what another service runs, that of the service, when it is in another account or region.
 */
function copyRepository(
  { inputs: { repository }, isPromoted, current }: ImageFacts,
  image: ImageReference,
): string | undefined {
  if (repository !== undefined) {
    const named = parseReference(repository);
    return named?.registry !== undefined && isSameRepository(named, image) ? undefined : repository;
  }
  const own = isPromoted && current !== undefined ? parseReference(current) : undefined;
  if (own?.registry === undefined || isSameRegistry(own.registry, image.registry)) return undefined;
  return isOutsideEcr(own.registry) ? undefined : repositoryUri(own);
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

function dockerfileMissing({ dockerfile }: ImageFacts, why: string): Failure {
  return new Failure({
    code: 'dockerfile-missing',
    fault: 'yours',
    message: `There is no Dockerfile at ${dockerfile}, and ${why}.`,
    advice:
      'Check out the repository before this step and correct context or file; or name an existing image with the input image; or, to keep the image that runs, set build to false and leave out the inputs of a build.',
  });
}

function noImageNamed(why: string): Failure {
  return new Failure({
    code: 'input-invalid',
    fault: 'yours',
    message: `build is false and image is empty, so there is no new image to deploy, and ${why}.`,
    advice:
      'If image comes from an earlier step or job, look at what that put out: GitHub drops outputs that hold a masked value, such as an account number; image-digest always arrives.',
  });
}
