import { Failure } from '../process/failure.ts';
import { parseReference, repositoryUri } from '../reference/image-reference.ts';
import { calling, type Run } from '../run/run.ts';
import type { Assignment } from '../task-definition/assignments.ts';
import { imageOfRun } from '../task-definition/changes.ts';
import { isLeft } from './provide.ts';
import { findRepository } from './registry/find-repository.ts';
import { checkPlatforms } from './registry/image-platforms.ts';
import type { UnsuitableImagePolicy } from './registry/provided-image.ts';
import { acceptUnpulled } from './registry/pull-through.ts';

/**
 * The images of other containers, those in ECR by their digests: what ECS would resolve when the first task starts is
 * known before, and is looked at for its platform. Others stay as they are written: nothing is asked of their registries.
 *
 * @param tasks the platforms of the task definitions
 * @throws Failure image-missing, image-platform, repository-missing, input-invalid
 */
export async function bindImages(
  run: Run,
  images: readonly Assignment[],
  tasks: readonly string[],
  unfit: UnsuitableImagePolicy,
): Promise<readonly Assignment[]> {
  return Promise.all(
    images.map(async ({ name, value }) => ({
      name,
      value: value === imageOfRun ? value : await bound(run, name, value, tasks, unfit),
    })),
  );
}

async function bound(
  run: Run,
  name: string,
  value: string,
  tasks: readonly string[],
  unfit: UnsuitableImagePolicy,
): Promise<string> {
  const reference = parseReference(value);
  if (reference === undefined) {
    throw new Failure({
      code: 'input-invalid',
      fault: 'yours',
      message: `images: ${name}: ${JSON.stringify(value)} is no image reference.`,
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
    if (isLeft(problem, unfit)) return value;
    const place = { aws: run.aws, calling: calling(run), image: value };
    await acceptUnpulled({ ...place, problem, warn: run.log.warning });
    return value;
  }
}
