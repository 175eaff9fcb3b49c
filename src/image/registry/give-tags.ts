import { calling, type Run } from '../../run/run.ts';
import { type EcrImage, putTag } from './ecr-images.ts';
import type { EcrRepository } from './repository.ts';

/**
 * Gives an image in ECR the tags that it lacks: one call each, where a push by name would look at every layer again.
 * @param given.now what the tags lead to; undefined where ECR does not tell
 */
export async function giveTags(
  run: Run,
  given: {
    readonly repository: EcrRepository;
    readonly image: EcrImage;
    readonly tags: readonly string[];
    readonly now: ReadonlyMap<string, EcrImage> | undefined;
  },
): Promise<void> {
  const { repository, image, tags, now } = given;
  const lacking = tags.filter((tag) => now?.get(tag)?.digest !== image.digest);
  await Promise.all(
    lacking.map(async (tag) => {
      const hasIt = await putTag(repository, calling(run), image, tag);
      run.log.say(
        hasIt
          ? `tagged as ${tag}`
          : `The tag ${tag} stays with another image: the repository does not let it move.`,
      );
    }),
  );
}
