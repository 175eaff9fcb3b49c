import type { ImageChange } from '../change/image.ts';
import type { ImageInputs } from '../inputs/image.ts';
import { calling, type Run } from '../run.ts';
import type { BuildReport } from './build-report.ts';
import { readImage } from './ecr-images.ts';
import { checkPlatforms } from './image-platforms.ts';
import { prepareBuild } from './prepare.ts';
import { atDigest, isDigest } from './reference.ts';
import { findRepository } from './repository.ts';
import { checkFindings } from './scan.ts';

/** The image to deploy: by digest wherever a digest can be had. */
export interface ProvidedImage {
  /** What the task definition gets. */
  readonly uri: string;
  readonly digest: string | undefined;
  /** How it was built, when this run did. */
  readonly build?: BuildReport | undefined;
}

/** An image that is known to be there, or whose build has all that it needs. */
export type Prepared =
  | {
      readonly kind: 'there';
      readonly image: ProvidedImage;
      /** What is left to do before it is deployed: waits for its scan, gives it the tags that it lacks. */
      readonly settle?: () => Promise<void>;
    }
  | {
      readonly kind: 'to-build';
      /** @param stop ends the build when it can't be deployed; what it is aborted with is thrown */
      readonly build: (stop?: AbortSignal) => Promise<ProvidedImage>;
      readonly what: string;
    };

/**
 * Checks all that can be checked before the build, and looks an existing image up.
 *
 * @param tasks the platforms of the tasks, as Docker writes them
 * @throws Failure for Docker, the builder, the repository, the tags or the image
 */
export async function prepareImage(
  run: Run,
  change: ImageChange & { kind: 'existing' | 'build' },
  inputs: ImageInputs,
  tasks: readonly string[],
): Promise<Prepared> {
  return change.kind === 'existing'
    ? findExisting(run, change, inputs, tasks)
    : prepareBuild({ run, repository: change.repository, inputs, tasks });
}

async function findExisting(
  run: Run,
  change: ImageChange & { kind: 'existing' },
  { failOnSeverity: severity }: ImageInputs,
  tasks: readonly string[],
): Promise<Prepared> {
  const { tagOrDigest } = change;
  const repository = await findRepository({
    aws: run.aws,
    calling: calling(run),
    text: change.repository,
    create: false,
  });
  if (repository.kind === 'ecr') {
    const image = await readImage(repository, calling(run), tagOrDigest);
    await checkPlatforms({ repository, calling: calling(run), image, tasks, say: run.log.say });
    const { digest } = image;
    const place = { repository, calling: calling(run), image, platforms: tasks };
    return {
      kind: 'there',
      image: { uri: atDigest(repository.uri, digest), digest },
      ...(severity === undefined ? {} : { settle: () => checkFindings({ ...place, severity }) }),
    };
  }
  if (isDigest(tagOrDigest)) {
    const uri = atDigest(repository.uri, tagOrDigest);
    return { kind: 'there', image: { uri, digest: tagOrDigest } };
  }
  run.log.notice(
    `${repository.uri} is not in ECR, so its tag ${tagOrDigest} is deployed as a tag; ECS resolves it when the first task starts. Name a digest to deploy exactly one image.`,
  );
  return { kind: 'there', image: { uri: `${repository.uri}:${tagOrDigest}`, digest: undefined } };
}
