import { call } from '../../aws/call.ts';
import { wordsOf } from '../../aws/errors.ts';
import type { Log } from '../../process/log.ts';
import { type EcrPlace, inRepository } from './ecr-place.ts';
import { describeNew, type NewRepository } from './new-repository.ts';

/** Creates a repository whose images are scanned as they are pushed. */
export async function createRepository(
  place: EcrPlace,
  wanted: NewRepository,
  log: Pick<Log, 'say' | 'warning'>,
): Promise<void> {
  const { CreateRepositoryCommand } = await import('@aws-sdk/client-ecr');
  log.say(`Creating the repository ${place.name} (${describeNew(wanted)}).`);
  try {
    await call(place.calling, 'ecr:CreateRepository', (abortSignal) =>
      place.ecr.send(
        new CreateRepositoryCommand({
          ...inRepository(place),
          ...wanted.settings,
          imageScanningConfiguration: { scanOnPush: true },
        }),
        { abortSignal },
      ),
    );
  } catch (error) {
    // Another job was faster, or our first call came through and its answer did not.
    if (!(error instanceof Error && error.name === 'RepositoryAlreadyExistsException')) throw error;
  }
  if (wanted.lifecyclePolicy !== undefined) await putPolicy(place, wanted.lifecyclePolicy, log);
}

/**
 * A policy that ECR refuses costs storage, not the deployment. It is told now, since the next run leaves the repository as it
 * is.
 */
async function putPolicy(place: EcrPlace, text: string, log: Pick<Log, 'warning'>): Promise<void> {
  try {
    const { PutLifecyclePolicyCommand } = await import('@aws-sdk/client-ecr');
    await call(place.calling, 'ecr:PutLifecyclePolicy', (abortSignal) =>
      place.ecr.send(new PutLifecyclePolicyCommand({ ...inRepository(place), lifecyclePolicyText: text }), {
        abortSignal,
      }),
    );
  } catch (error) {
    log.warning(
      `The repository ${place.name} was created without its lifecycle policy: ${wordsOf(error)}. Set it by aws ecr put-lifecycle-policy; later runs leave a repository that is there as it is.`,
    );
  }
}
