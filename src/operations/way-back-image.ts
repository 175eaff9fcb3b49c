import { kindOf, wordsOf } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import { readImage } from '../image/ecr-images.ts';
import { parseReference, repositoryUri } from '../image/reference.ts';
import { findRepository } from '../image/repository.ts';
import { nameOf } from '../rollout/sentence.ts';
import { calling, type Run } from '../run.ts';
import type { ServiceSeen } from '../service/look.ts';

/**
 * Warns, before a service is touched, when an image of its way back is no longer in ECR: a rollback could start no task
 * of it. What can't be looked up (another registry, no permission) is not known to be gone, and nothing is said.
 */
export async function warnOfLostImages(run: Run, seen: ServiceSeen): Promise<void> {
  const { wayBack } = seen;
  if (wayBack === undefined) return;
  const lost = await Promise.all(
    wayBack.images.map(async ({ image, digest }) => {
      const reference = parseReference(image);
      if (reference === undefined || digest === undefined) return [];
      const repository = repositoryUri(reference);
      return (await isLost(run, repository, digest)) ? [`${repository}@${digest}`] : [];
    }),
  );
  for (const image of lost.flat()) {
    run.log.warning(
      `${seen.name}: the way back, ${nameOf(wayBack.taskDefinitionArn)}, runs an image that is no longer in its repository (${image}). If this deployment fails, a rollback can keep tasks that still run but start none. Keep images of running versions out of the repository's lifecycle rules.`,
    );
  }
}

async function isLost(run: Run, text: string, digest: string): Promise<boolean> {
  try {
    const repository = await findRepository({ aws: run.aws, calling: calling(run), text, create: false });
    if (repository.kind === 'ecr') await readImage(repository, calling(run), digest);
    return false;
  } catch (error) {
    if (error instanceof Failure)
      return error.code === 'image-missing' || error.code === 'repository-missing';
    run.log.debug(`${text}@${digest} could not be looked up (${kindOf(error)}): ${wordsOf(error)}`);
    return false;
  }
}
