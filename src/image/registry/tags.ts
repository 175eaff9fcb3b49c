import { isSameRepository, isTag, parseReference, repositoryUri } from '../../reference/image-reference.ts';
import type { Run } from '../../run/run.ts';
import type { RegistryImage, Repository } from './repository.ts';

/** The tags of a build: first the one by which it is found again, then the commit, then those that were asked for. */
export interface BuildTags {
  readonly tags: readonly string[];
  /** Sentences about entries of the input `tags` that cannot be used. */
  readonly problems: readonly string[];
}

/**
 * @param options.identity the build's own name, a tag that no other image gets
 * @param options.commit the SHA that is checked out; undefined where there is no git repository
 * @param options.asked the input `tags`: bare tags, or full references of the same repository, as other build
 *   actions take them
 * @param options.repository registry and path of the repository to push to
 */
export function tagsOf(options: {
  readonly identity: string;
  readonly commit: string | undefined;
  readonly asked: readonly string[];
  readonly repository: string;
}): BuildTags {
  const read = options.asked.map((entry) => readTag(entry, options.repository));
  const tags = read.flatMap((one) => (one.kind === 'tag' ? [one.tag] : []));
  const problems = read.flatMap((one) => (one.kind === 'problem' ? [one.problem] : []));
  const ours = options.commit === undefined ? [options.identity] : [options.identity, options.commit];
  return { tags: [...new Set([...ours, ...tags])], problems };
}

type TagRead =
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'problem'; readonly problem: string };

function readTag(entry: string, repository: string): TagRead {
  if (isTag(entry)) return { kind: 'tag', tag: entry };
  const reference = parseReference(entry);
  const own = parseReference(repository);
  if (reference === undefined) {
    return {
      kind: 'problem',
      problem: `tags: ${entry} is not a tag (up to 128 letters, digits, "_", "." and "-", not "." or "-" first)`,
    };
  }
  if (reference.tag === undefined) return { kind: 'problem', problem: `tags: ${entry} names no tag` };
  if (reference.digest !== undefined) {
    return { kind: 'problem', problem: `tags: ${entry} has a digest, which only the finished build knows` };
  }
  if (own === undefined || !isSameRepository(reference, own)) {
    return {
      kind: 'problem',
      problem: `tags: ${entry} is in another repository (${repositoryUri(reference)}) than the image (${repository})`,
    };
  }
  return { kind: 'tag', tag: reference.tag };
}

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

/**
 * Gives an image the tags that it lacks: one call each, where a push by name would look at every layer again.
 * @param now what the tags lead to; undefined: the registry doesn't tell
 */
export async function giveTags(
  { log }: Pick<Run, 'log'>,
  image: RegistryImage,
  tags: readonly string[],
  now: ReadonlyMap<string, RegistryImage> | undefined,
): Promise<void> {
  const lacking = tags.filter((tag) => now?.get(tag)?.digest !== image.digest);
  await Promise.all(
    lacking.map(async (tag) => {
      const hasIt = await image.addTag(tag);
      log.say(
        hasIt
          ? `tagged as ${tag}`
          : `The tag ${tag} stays with another image: the repository does not let it move.`,
      );
    }),
  );
}
