import type { Run } from '../../run/run.ts';
import type { RegistryImage } from './repository.ts';

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
