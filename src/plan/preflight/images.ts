import type { Aws } from '../../aws/clients.ts';
import { findRepository } from '../../image/registry/find-repository.ts';
import { checkPlatforms } from '../../image/registry/image-platforms.ts';
import { findPullThrough } from '../../image/registry/pull-through.ts';
import { Failure } from '../../process/failure.ts';
import { parseReference, repositoryUri } from '../../reference/image-reference.ts';
import { type CheckContext, quietCalling, rejectForeignAnswers } from './ask.ts';
import { type Answer, ok } from './check.ts';

/**
 * Whether an image is in ECR, for the platform of the task. Other registries are not asked: ECS may have logins for them
 * that this job has not.
 */
export async function checkImage(context: CheckContext, image: string, platform: string): Promise<Answer> {
  const aws: Pick<Aws, 'ecr'> = {
    ecr: async (region) => {
      const ecr = await context.aws.ecr(region);
      rejectForeignAnswers(ecr.middlewareStack);
      return ecr;
    },
  };
  const calling = quietCalling(context);
  const reference = parseReference(image);
  if (reference === undefined) return { state: 'wrong', detail: 'It is no image reference.' };
  const { digest, tag, registry } = reference;
  const elsewhere: Answer = { state: 'unknown', detail: "It isn't in ECR, so it wasn't checked." };
  // Without a registry it is Docker Hub's, also where ECR has a repository of that name.
  if (registry === undefined) return elsewhere;
  try {
    const repository = await findRepository({
      aws,
      calling,
      text: repositoryUri(reference),
      create: undefined,
    });
    const found = await repository.readImage(digest ?? tag ?? 'latest');
    if (found === undefined) {
      const { notAsked } = repository;
      return notAsked === undefined
        ? elsewhere
        : { state: 'unknown', detail: `${notAsked}, so it wasn't checked.` };
    }
    const unseen: string[] = [];
    const say = (line: string): void => void unseen.push(line);
    await checkPlatforms(found, [platform], say);
    return unseen.length === 0 ? ok : { state: 'ok', detail: unseen.join(' ') };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === 'image-platform') return { state: 'wrong', detail: error.message };
    if (error.code !== 'image-missing' && error.code !== 'repository-missing')
      return { state: 'unknown', detail: error.message };
    // A rule may exist that this job may not read.
    return (await findPullThrough(aws, calling, reference)).kind === 'none'
      ? { state: 'missing', detail: error.message }
      : {
          state: 'unknown',
          detail: 'ECR may bring it by a pull-through cache rule when it is first pulled.',
        };
  }
}
