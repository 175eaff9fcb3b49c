import type { Run } from '../../run/run.ts';
import type { EcrImage } from './ecr-images.ts';
import type { Repository } from './repository.ts';

/**
 * Without those that stay with another image: the deploy is by digest, and shall not fail for them.
 * @param present what ECR has under these tags; undefined where it does not tell
 */
export function tagsToPush(
  run: Run,
  {
    repository,
    tags,
    present,
  }: {
    readonly repository: Repository;
    readonly tags: readonly string[];
    readonly present: ReadonlyMap<string, EcrImage> | undefined;
  },
): readonly string[] {
  if (repository.kind === 'other') return tags;
  const stays = (tag: string): boolean => repository.tagRules.isImmutable(tag) && present?.has(tag) === true;
  const staying = tags.filter(stays);
  if (staying.length === tags.length) return tags;
  for (const tag of staying) {
    run.log.say(`The tag ${tag} stays with another image: the repository does not let it move.`);
  }
  return tags.filter((tag) => !stays(tag));
}
