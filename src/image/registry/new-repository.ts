import { resolve } from 'node:path';
import type { CreateRepositoryCommandInput } from '@aws-sdk/client-ecr';
import type { ImageInputs } from '../../inputs/image.ts';
import { Failure } from '../../process/failure.ts';
import { NotReadable, readBounded } from '../../process/read-file.ts';
import { isJsonObject, type Json, listIn } from '../../text/json.ts';

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

/** What the input `lifecycle-policy` names in place of a file. */
const standardPolicy = 'standard';

/**
 * The text of a lifecycle policy, as ECR takes it.
 *
 * @param wanted `standard`, or a file with a policy of ECR's own form
 * @throws Failure input-invalid
 */
export async function readLifecyclePolicy(wanted: string, workspace: string): Promise<string> {
  if (wanted === standardPolicy) return JSON.stringify(standard);
  const bytes = await readBounded(resolve(workspace, wanted), mostBytes).catch((cause: unknown) => {
    if (cause instanceof NotReadable) throw invalid(`${wanted} ${cause.message}`, cause);
    throw invalid(`${wanted} can't be read; it can be ${standardPolicy} or a file of the checkout`, cause);
  });
  const text = bytes.toString();
  if (!hasRules(text)) throw invalid(`${wanted} is no lifecycle policy: JSON with a list of rules`);
  return text;
}

/** ECR takes 30,720 characters (documented). */
const mostBytes = 64 * 1024;

function hasRules(text: string): boolean {
  try {
    const policy: Json = JSON.parse(text);
    return isJsonObject(policy) && listIn(policy['rules']).length > 0;
  } catch {
    return false;
  }
}

/**
 * Every image that this action builds has a tag that no other image gets, so what these rules take can't be running: layers
 * kept for builds, and what lost its tag to a newer one. ECR itself spares the parts of an index that is there
 * (documented). A rule that counts tagged images could take one that a service runs, or would go back to.
 */
const standard = {
  rules: [
    {
      rulePriority: 1,
      description: 'Caches of builds that nobody has made for a month',
      selection: {
        tagStatus: 'tagged',
        tagPrefixList: ['buildcache-'],
        countType: 'sinceImagePushed',
        countUnit: 'days',
        countNumber: 30,
      },
      action: { type: 'expire' },
    },
    {
      rulePriority: 2,
      description: 'Images without a tag',
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 7 },
      action: { type: 'expire' },
    },
  ],
};

function invalid(what: string, cause?: unknown): Failure {
  return new Failure({ code: 'input-invalid', fault: 'yours', message: `lifecycle-policy: ${what}.`, cause });
}
