import type { CreateRepositoryCommandInput } from '@aws-sdk/client-ecr';
import type { ImageInputs } from '../../inputs/image.ts';
import { readLifecyclePolicy } from './lifecycle-policy.ts';

/** How a repository is to be created. */
export interface NewRepository {
  readonly settings: Pick<
    CreateRepositoryCommandInput,
    'imageTagMutability' | 'imageTagMutabilityExclusionFilters'
  >;
  /** The text of its lifecycle policy. */
  readonly lifecyclePolicy: string | undefined;
}

/**
 * The repository that the inputs ask for, should it be missing.
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

/** The tags of caches are no names of images, and a cache that can't be written anew is none. */
const immutable: NewRepository['settings'] = {
  imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
  imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'buildcache-*' }],
};

/** What is special about it, in words. */
export function describeNew({ settings, lifecyclePolicy }: NewRepository): string {
  return [
    'scan on push',
    ...(settings.imageTagMutability === undefined ? [] : ['immutable tags']),
    ...(lifecyclePolicy === undefined ? [] : ['a lifecycle policy']),
  ].join(', ');
}
