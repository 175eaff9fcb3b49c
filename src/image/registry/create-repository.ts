import { call } from '../../aws/call.ts';
import { wordsOf } from '../../aws/errors.ts';
import { calling, type Run } from '../../run/run.ts';
import { describeNew, type NewRepository } from './new-repository.ts';
import type { EcrRepository } from './repository.ts';

/** Creates a repository that is not there yet; images are scanned as they are pushed. */
export async function createRepository(
  run: Run,
  repository: EcrRepository,
  wanted: NewRepository,
): Promise<void> {
  const { ecr, name, registryId } = repository;
  const { CreateRepositoryCommand } = await import('@aws-sdk/client-ecr');
  run.log.say(`Creating the repository ${name} (${describeNew(wanted)}).`);
  try {
    await call(calling(run), 'ecr:CreateRepository', (abortSignal) =>
      ecr.send(
        new CreateRepositoryCommand({
          repositoryName: name,
          ...(registryId === undefined ? {} : { registryId }),
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
  if (wanted.lifecyclePolicy !== undefined) await putPolicy(run, repository, wanted.lifecyclePolicy);
}

/** A policy that ECR refuses costs storage, not the deployment; the next run finds the repository there, so it is told now. */
async function putPolicy(run: Run, { ecr, name, registryId }: EcrRepository, text: string): Promise<void> {
  try {
    const { PutLifecyclePolicyCommand } = await import('@aws-sdk/client-ecr');
    await call(calling(run), 'ecr:PutLifecyclePolicy', (abortSignal) =>
      ecr.send(
        new PutLifecyclePolicyCommand({
          repositoryName: name,
          ...(registryId === undefined ? {} : { registryId }),
          lifecyclePolicyText: text,
        }),
        { abortSignal },
      ),
    );
  } catch (error) {
    run.log.warning(
      `The repository ${name} was created without its lifecycle policy: ${wordsOf(error)}. Set it by aws ecr put-lifecycle-policy; later runs leave a repository that is there as it is.`,
    );
  }
}
