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

/** Whether this failure says that an image is unsuitable, and the policy leaves that to the checks. */
export function isLeftToChecks(error: unknown, policy: UnsuitableImagePolicy): boolean {
  return (
    policy === 'leave-to-checks' &&
    error instanceof Failure &&
    (error.code === 'image-missing' || error.code === 'image-platform')
  );
}

/**
 * Checks everything that can be checked before a build, and finds an existing image.
 *
 * @param options.tasks the platforms of the tasks, as Docker writes them
 * @param options.commit that an existing image was built from, if known
 * @throws Failure for Docker, the builder, the repository, the tags or the image
 */
export async function prepareImage(options: {
  readonly run: Run;
  readonly change: ImageChange & { kind: 'existing' | 'copy' | 'build' };
  readonly inputs: ImageInputs;
  readonly tasks: readonly string[];
  readonly commit: string | undefined;
  readonly policy: UnsuitableImagePolicy;
}): Promise<Prepared> {
  const { run, change, inputs, tasks, policy } = options;
  switch (change.kind) {
    case 'build':
      return prepareBuild({ run, repository: change.repository, inputs, tasks });
    case 'existing':
      return findExisting(run, change, inputs, tasks, policy);
    case 'copy':
      return findOrCopy({ ...options, change });
    default:
      return change satisfies never;
  }
}

async function findOrCopy(
  options: Parameters<typeof prepareImage>[0] & { readonly change: { readonly kind: 'copy' } },
): Promise<Prepared> {
  const { run, change, inputs, tasks, policy } = options;
  const access = { aws: run.aws, calling: calling(run) };
  const create = await newRepository(inputs, run.workspace);
  const [source, target] = await Promise.all([
    findRepository({ ...access, text: change.repository, create: undefined }),
    findRepository({ ...access, text: change.to, create }),
  ]);
  // A name without a registry may mean the same repository. And without the input, nobody asked for a copy to a registry
  // that this run can't sign in to.
  const isWanted =
    source.uri !== target.uri && (target.login !== undefined || inputs.repository !== undefined);
  if (!isWanted) return findExisting(run, change, inputs, tasks, policy);
  const { tagOrDigest } = change;
  try {
    return await prepareCopy({ ...options, source, tagOrDigest, target });
  } catch (problem) {
    if (!isLeftToChecks(problem, policy)) throw problem;
    return { kind: 'there', image: { uri: asNamed(source.uri, tagOrDigest), digest: undefined } };
  }
}

async function findExisting(
  run: Run,
  change: { readonly repository: string; readonly tagOrDigest: string },
  { failOnSeverity: severity, waitForImageMinutes, tags }: ImageInputs,
  tasks: readonly string[],
  policy: UnsuitableImagePolicy,
): Promise<Prepared> {
  const { tagOrDigest } = change;
  // Tags come with a repository to copy to, which turned out to be the image's own.
  if (tags.length > 0) {
    run.log.notice(
      `The image is already in ${change.repository}: it isn't copied, and isn't tagged as ${tags.join(', ')}.`,
    );
  }
  const digest = isDigest(tagOrDigest) ? tagOrDigest : undefined;
  const access = { aws: run.aws, calling: calling(run) };
  let repository: Repository | undefined;
  const find = async (): Promise<Prepared | undefined> => {
    repository = await findRepository({ ...access, text: change.repository, create: undefined });
    const image = await repository.readImage(tagOrDigest);
    return image === undefined ? undefined : checked(run, image, severity, tasks);
  };
  try {
    // A plan describes this moment, so it doesn't wait.
    const found = await waitForImage(run, policy === 'refuse' ? waitForImageMinutes : 0, find);
    if (found !== undefined) return found;
  } catch (problem) {
    const uri = asNamed(repository?.uri ?? change.repository, tagOrDigest);
    if (isLeftToChecks(problem, policy)) return { kind: 'there', image: { uri, digest: undefined } };
    await acceptUnpulled({ ...access, image: uri, problem, warn: run.log.warning });
    refuseUnscanned(`${uri} is not in ECR yet`, severity);
    return { kind: 'there', image: { uri, digest } };
  }
  const notAsked = repository?.notAsked ?? `${change.repository} is not in ECR`;
  refuseUnscanned(notAsked, severity);
  if (digest === undefined) {
    run.log.notice(
      `${notAsked}, so its tag ${tagOrDigest} is deployed as a tag, and ECS resolves it when the first task starts. To deploy exactly one image, use its digest.`,
    );
  }
  return { kind: 'there', image: { uri: asNamed(change.repository, tagOrDigest), digest } };
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
    ...(severity === undefined ? {} : { finish: () => image.refuseFindings(tasks, severity) }),
  };
}

function asNamed(uri: string, tagOrDigest: string): string {
  return isDigest(tagOrDigest) ? atDigest(uri, tagOrDigest) : `${uri}:${tagOrDigest}`;
}
