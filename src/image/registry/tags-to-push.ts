import type { Run } from '../../run/run.ts';
import type { RegistryImage, Repository } from './repository.ts';

/**
 * The tags to push, without those that stay with another image: the deployment is by digest, and need not fail for them.
 * @param present what the registry has under these tags; undefined: it doesn't tell
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
    readonly present: ReadonlyMap<string, RegistryImage> | undefined;
  },
): readonly string[] {
  const stays = (tag: string): boolean => repository.isImmutable(tag) && present?.has(tag) === true;
  const staying = tags.filter(stays);
  if (staying.length === tags.length) return tags;
  for (const tag of staying) {
    run.log.say(`The tag ${tag} stays with another image: the repository does not let it move.`);
  }
  return tags.filter((tag) => !stays(tag));
}
