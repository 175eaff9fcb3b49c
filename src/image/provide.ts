import type { ImageInputs, Severity } from '../inputs/image.ts';
import { Failure } from '../process/failure.ts';
import { atDigest, isDigest } from '../reference/image-reference.ts';
import { calling, type Run } from '../run/run.ts';
import { prepareBuild } from './build/prepare.ts';
import { prepareCopy } from './copy/prepare-copy.ts';
import { findRepository } from './registry/find-repository.ts';
import type { ImageChange } from './registry/image-change.ts';
import { checkPlatforms } from './registry/image-platforms.ts';
import { newRepository } from './registry/new-repository.ts';
import type { Prepared, UnsuitableImagePolicy } from './registry/provided-image.ts';
import { acceptUnpulled } from './registry/pull-through.ts';
import type { RegistryImage, Repository } from './registry/repository.ts';
import { refuseUnscanned } from './registry/unscanned.ts';
import { waitForImage } from './registry/wait-for-image.ts';

/** Whether this failure says that an image is unfit, and is to be left to the checks. */
export function isLeft(error: unknown, unfit: UnsuitableImagePolicy): boolean {
  return (
    unfit === 'leave-to-checks' &&
    error instanceof Failure &&
    (error.code === 'image-missing' || error.code === 'image-platform')
  );
}

/**
 * Checks all that can be checked before the build, and looks an existing image up.
 *
 * @param options.tasks the platforms of the tasks, as Docker writes them
 * @param options.commit that an image which exists was built from, where it is known
 * @throws Failure for Docker, the builder, the repository, the tags or the image
 */
export async function prepareImage(options: {
  readonly run: Run;
  readonly change: ImageChange & { kind: 'existing' | 'copy' | 'build' };
  readonly inputs: ImageInputs;
  readonly tasks: readonly string[];
  readonly commit: string | undefined;
  readonly unfit: UnsuitableImagePolicy;
}): Promise<Prepared> {
  const { run, change, inputs, tasks, unfit } = options;
  switch (change.kind) {
    case 'build':
      return prepareBuild({ run, repository: change.repository, inputs, tasks });
    case 'existing':
      return findExisting(run, change, inputs, tasks, unfit);
    case 'copy':
      return findOrCopy({ ...options, change });
    default:
      return change satisfies never;
  }
}

async function findOrCopy(
  options: Parameters<typeof prepareImage>[0] & { readonly change: { readonly kind: 'copy' } },
): Promise<Prepared> {
  const { run, change, inputs, tasks, unfit } = options;
  const asking = { aws: run.aws, calling: calling(run) };
  const create = await newRepository(inputs, run.workspace);
  const [source, target] = await Promise.all([
    findRepository({ ...asking, text: change.repository, create: undefined }),
    findRepository({ ...asking, text: change.to, create }),
  ]);
  // A name alone may stand for the very same repository; and nobody asked for a copy to where the run has no login of its own.
  const isWanted =
    source.uri !== target.uri && (target.login !== undefined || inputs.repository !== undefined);
  if (!isWanted) return findExisting(run, change, inputs, tasks, unfit);
  const { tagOrDigest } = change;
  try {
    return await prepareCopy({ ...options, source, tagOrDigest, target });
  } catch (problem) {
    if (!isLeft(problem, unfit)) throw problem;
    return { kind: 'there', image: { uri: asNamed(source.uri, tagOrDigest), digest: undefined } };
  }
}

async function findExisting(
  run: Run,
  change: { readonly repository: string; readonly tagOrDigest: string },
  { failOnSeverity: severity, waitForImageMinutes, tags }: ImageInputs,
  tasks: readonly string[],
  unfit: UnsuitableImagePolicy,
): Promise<Prepared> {
  const { tagOrDigest } = change;
  // They come with a repository to copy to, which turned out to be the image's own.
  if (tags.length > 0) {
    run.log.notice(
      `${change.repository} has the image already: it is not copied, and not tagged as ${tags.join(', ')}.`,
    );
  }
  const digest = isDigest(tagOrDigest) ? tagOrDigest : undefined;
  const asking = { aws: run.aws, calling: calling(run) };
  let repository: Repository | undefined;
  const find = async (): Promise<Prepared | undefined> => {
    repository = await findRepository({ ...asking, text: change.repository, create: undefined });
    const image = await repository.readImage(tagOrDigest);
    return image === undefined ? undefined : checked(run, image, severity, tasks);
  };
  try {
    // A plan is for now.
    const found = await waitForImage(run, unfit === 'refuse' ? waitForImageMinutes : 0, find);
    if (found !== undefined) return found;
  } catch (problem) {
    const uri = asNamed(repository?.uri ?? change.repository, tagOrDigest);
    if (isLeft(problem, unfit)) return { kind: 'there', image: { uri, digest: undefined } };
    await acceptUnpulled({ ...asking, image: uri, problem, warn: run.log.warning });
    refuseUnscanned(uri, severity);
    return { kind: 'there', image: { uri, digest } };
  }
  const uri = asNamed(change.repository, tagOrDigest);
  refuseUnscanned(uri, severity);
  if (digest === undefined) {
    run.log.notice(
      `${change.repository} is not in ECR, so its tag ${tagOrDigest} is deployed as a tag; ECS resolves it when the first task starts. Name a digest to deploy exactly one image.`,
    );
  }
  return { kind: 'there', image: { uri, digest } };
}

async function checked(
  run: Run,
  image: RegistryImage,
  severity: Severity | undefined,
  tasks: readonly string[],
): Promise<Prepared> {
  await checkPlatforms(image, tasks, run.log.say);
  return {
    kind: 'there',
    image: { uri: image.uri, digest: image.digest },
    ...(severity === undefined ? {} : { settle: () => image.refuseFindings(tasks, severity) }),
  };
}

function asNamed(uri: string, tagOrDigest: string): string {
  return isDigest(tagOrDigest) ? atDigest(uri, tagOrDigest) : `${uri}:${tagOrDigest}`;
}
