import type { Account } from '../base/account.ts';
import type { Clock } from '../base/clock.ts';
import { textOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';
import type { ImageTable } from './image-table.ts';
import { expiredBy, type LifecycleImage, readRules } from './lifecycle-rules.ts';
import { readManifest } from './manifest.ts';
import type { Repository } from './repositories.ts';

/**
 * Lifecycle policies: stored, validated, and evaluated by a preview. They never run by themselves: AWS takes up to 24 hours
 * for that (documented).
 */
export function lifecycleOperations(options: {
  readonly account: Account;
  readonly clock: Pick<Clock, 'now'>;
  readonly images: ImageTable;
  readonly repository: (input: Document) => Repository;
}): Operations {
  const { account, clock, images, repository } = options;
  // Keyed by the repository object, so that a repository recreated under the same name has none.
  const policies = new Map<string, { readonly of: number; readonly text: string }>();
  const previews = new Map<string, Document>();

  const policyOf = (input: Document): string => {
    const { name, createdAt } = repository(input);
    const policy = policies.get(name);
    if (policy === undefined || policy.of !== createdAt)
      throw new AwsError(
        'LifecyclePolicyNotFoundException',
        `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${account.accountId}'`,
      );
    return policy.text;
  };
  const shown = (input: Document, lifecyclePolicyText: string): Document => ({
    registryId: account.accountId,
    repositoryName: repository(input).name,
    lifecyclePolicyText,
  });

  return {
    PutLifecyclePolicy: (input) => {
      const { name, createdAt } = repository(input);
      const text = textOf(input, 'lifecyclePolicyText') ?? '';
      readRules(text);
      policies.set(name, { of: createdAt, text });
      return shown(input, text);
    },
    GetLifecyclePolicy: (input) => shown(input, policyOf(input)),
    DeleteLifecyclePolicy: (input) => {
      const text = policyOf(input);
      policies.delete(repository(input).name);
      return shown(input, text);
    },
    StartLifecyclePolicyPreview: async (input) => {
      const { name } = repository(input);
      const text = textOf(input, 'lifecyclePolicyText') ?? policyOf(input);
      const all = await lifecycleImages(images, name);
      const expired = expiredBy(readRules(text), all, clock.now());
      previews.set(name, {
        ...shown(input, text),
        status: 'COMPLETE',
        previewResults: expired.map(({ digest, priority }) => ({
          imageDigest: digest,
          imageTags: [...(all.find((image) => image.digest === digest)?.tags ?? [])],
          action: { type: 'EXPIRE' },
          appliedRulePriority: priority,
        })),
        summary: { expiringImageTotalCount: expired.length },
      });
      return { ...shown(input, text), status: 'IN_PROGRESS' };
    },
    GetLifecyclePolicyPreview: (input) => {
      const { name } = repository(input);
      const preview = previews.get(name);
      if (preview === undefined)
        throw new AwsError('LifecyclePolicyPreviewNotFoundException', `There is no preview for '${name}'`);
      return preview;
    },
  };
}

async function lifecycleImages(images: ImageTable, name: string): Promise<readonly LifecycleImage[]> {
  const all = await images.list(name);
  const bodies = await Promise.all(all.map(({ digest }) => images.manifest(name, digest)));
  const parts = new Set(
    bodies.flatMap((found) =>
      (readManifest(found?.body ?? '{}').manifests ?? []).map(({ digest }) => digest),
    ),
  );
  return all.map(({ digest, tags, pushedAt }) => ({ digest, tags, pushedAt, isPart: parts.has(digest) }));
}
