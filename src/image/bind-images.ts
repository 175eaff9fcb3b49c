import { Failure } from '../process/failure.ts';
import { parseReference, repositoryUri } from '../reference/image-reference.ts';
import { calling, type Run } from '../run/run.ts';
import type { Assignment } from '../task-definition/assignments.ts';
import { imageOfRun } from '../task-definition/changes.ts';
import { isLeftToChecks } from './provide.ts';
import { findRepository } from './registry/find-repository.ts';
import { checkPlatforms } from './registry/image-platforms.ts';
import type { UnsuitableImagePolicy } from './registry/provided-image.ts';
import { acceptUnpulled } from './registry/pull-through.ts';

/**
 * Resolves the images of other containers that are in ECR to their digests, and checks their platforms: otherwise ECS would
 * resolve them only when the first task starts. Images elsewhere stay as they are written, since their registries aren't
 * asked.
 *
 * @param tasks the platforms of the task definitions
 * @throws Failure image-missing, image-platform, repository-missing, input-invalid
 */
export async function bindImages(
  run: Run,
  images: readonly Assignment[],
  tasks: readonly string[],
  policy: UnsuitableImagePolicy,
): Promise<readonly Assignment[]> {
  return Promise.all(
    images.map(async ({ name, value }) => ({
      name,
      value: value === imageOfRun ? value : await bound(run, name, value, tasks, policy),
    })),
  );
}

async function bound(
  run: Run,
  name: string,
  value: string,
  tasks: readonly string[],
  policy: UnsuitableImagePolicy,
): Promise<string> {
  const reference = parseReference(value);
  if (reference === undefined) {
    throw new Failure({
      code: 'input-invalid',
      fault: 'yours',
      message: `images: ${name}: ${JSON.stringify(value)} is not an image reference.`,
    });
  }
  if (reference.registry === undefined) return value;
  try {
    const repository = await findRepository({
      aws: run.aws,
      calling: calling(run),
      text: repositoryUri(reference),
      create: undefined,
    });
    const image = await repository.readImage(reference.digest ?? reference.tag ?? 'latest');
    if (image === undefined) return value;
    await checkPlatforms(image, tasks, run.log.say);
    return image.uri;
  } catch (problem) {
    if (isLeftToChecks(problem, policy)) return value;
    const place = { aws: run.aws, calling: calling(run), image: value };
    await acceptUnpulled({ ...place, problem, warn: run.log.warning });
    return value;
  }
}
