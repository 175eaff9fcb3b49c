import { isSameRepository, isTag, parseReference } from '../../reference/image-reference.ts';
import type { Run } from '../../run/run.ts';
import type { RegistryImage, Repository } from './repository.ts';

/** The tags of a build: first the one that identifies it, then the commit, then those of the input. */
export interface BuildTags {
  readonly tags: readonly string[];
  /** Sentences about unusable entries of the input `tags`. */
  readonly problems: readonly string[];
}

/**
 * @param options.identity the tag that no other build gets
 * @param options.commit the SHA that is checked out; undefined outside a git repository
 * @param options.asked the input `tags`: bare tags, or full references to the same repository, as other build actions
 *   take them
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
  if (reference.tag === undefined) return { kind: 'problem', problem: `tags: ${entry} has no tag` };
  if (reference.digest !== undefined) {
    return { kind: 'problem', problem: `tags: ${entry} has a digest, which is known only after the build` };
  }
  if (own === undefined || !isSameRepository(reference, own)) {
    return {
      kind: 'problem',
      problem: `tags: ${entry} is in another repository than the image (${repository})`,
    };
  }
  return { kind: 'tag', tag: reference.tag };
}

/**
 * The tags to push, without immutable ones that another image has: the deployment uses the digest, so it doesn't have to fail.
 * @param present what the registry has under these tags; undefined: unknown
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
  for (const tag of staying) run.log.say(tagStays(tag));
  return tags.filter((tag) => !stays(tag));
}

function tagStays(tag: string): string {
  return `The tag ${tag} stays with another image: it is immutable in this repository.`;
}

/**
 * Adds the tags that an image lacks, with one call each; a push by name would check every layer again.
 * @param now what the tags point to; undefined: unknown
 */
export async function addTags(
  { log }: Pick<Run, 'log'>,
  image: RegistryImage,
  tags: readonly string[],
  now: ReadonlyMap<string, RegistryImage> | undefined,
): Promise<void> {
  const lacking = tags.filter((tag) => now?.get(tag)?.digest !== image.digest);
  await Promise.all(
    lacking.map(async (tag) => {
      const hasIt = await image.addTag(tag);
      log.say(hasIt ? `Tagged the image as ${tag}.` : tagStays(tag));
    }),
  );
}
