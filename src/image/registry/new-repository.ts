import type { CreateRepositoryCommandInput } from '@aws-sdk/client-ecr';
import { call } from '../../aws/call.ts';
import { wordsOf } from '../../aws/errors.ts';
import type { ImageInputs } from '../../inputs/image.ts';
import type { Log } from '../../process/log.ts';
import { type EcrPlace, inRepository } from './ecr-place.ts';
import { readLifecyclePolicy } from './lifecycle-policy.ts';

/** How to create a repository that doesn't exist. */
export interface NewRepository {
  readonly settings: Pick<
    CreateRepositoryCommandInput,
    'imageTagMutability' | 'imageTagMutabilityExclusionFilters'
  >;
  /** The text of its lifecycle policy. */
  readonly lifecyclePolicy: string | undefined;
}

/**
 * Reads from the inputs how to create the repository; undefined: not at all.
 * @throws Failure input-invalid
 */
export async function newRepository(
  { createRepository, lifecyclePolicy }: Pick<ImageInputs, 'createRepository' | 'lifecyclePolicy'>,
  workspace: string,
): Promise<NewRepository | undefined> {
  if (createRepository === 'false') return undefined;
  return {
    settings: createRepository === 'immutable' ? immutable : {},
    lifecyclePolicy:
      lifecyclePolicy === undefined ? undefined : await readLifecyclePolicy(lifecyclePolicy, workspace),
  };
}

/** Says which inputs have no effect because a repository can't be created by this action; undefined: none. */
export function describeIgnored(
  { createRepository, lifecyclePolicy }: Pick<ImageInputs, 'createRepository' | 'lifecyclePolicy'>,
  cannotCreate: string | undefined,
): string | undefined {
  if (createRepository === 'false' || cannotCreate === undefined) return undefined;
  return lifecyclePolicy === undefined
    ? `create-repository has no effect: ${cannotCreate}.`
    : `create-repository and lifecycle-policy have no effect: ${cannotCreate}.`;
}

/** Cache tags have to move: they name no image, and a cache that can't be overwritten is useless. */
const immutable: NewRepository['settings'] = {
  imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
  imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'buildcache-*' }],
};

/** The settings of a new repository in words: `scan on push, immutable tags`. */
export function describeNew({ settings, lifecyclePolicy }: NewRepository): string {
  return [
    'scan on push',
    ...(settings.imageTagMutability === undefined ? [] : ['immutable tags']),
    ...(lifecyclePolicy === undefined ? [] : ['a lifecycle policy']),
  ].join(', ');
}

/** Creates a repository of ECR that scans images on push. */
export async function createEcrRepository(
  place: EcrPlace,
  repository: NewRepository,
  log: Pick<Log, 'say' | 'warning'>,
): Promise<void> {
  const { CreateRepositoryCommand } = await import('@aws-sdk/client-ecr');
  log.say(`Creating the repository ${place.name} (${describeNew(repository)}).`);
  try {
    await call(place.calling, 'ecr:CreateRepository', (abortSignal) =>
      place.ecr.send(
        new CreateRepositoryCommand({
          ...inRepository(place),
          ...repository.settings,
          imageScanningConfiguration: { scanOnPush: true },
        }),
        { abortSignal },
      ),
    );
  } catch (error) {
    // Another job was faster, or our first call arrived and its reply was lost.
    if (!(error instanceof Error && error.name === 'RepositoryAlreadyExistsException')) throw error;
  }
  if (repository.lifecyclePolicy !== undefined) await putPolicy(place, repository.lifecyclePolicy, log);
}

/**
 * Sets the lifecycle policy. A policy that ECR refuses costs storage, not the deployment, so it is a warning. Nothing says it
 * later: the next run leaves the existing repository as it is.
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
      `The repository ${place.name} was created without its lifecycle policy: ${wordsOf(error)}. Set it with aws ecr put-lifecycle-policy: later runs don't change an existing repository.`,
    );
  }
}
