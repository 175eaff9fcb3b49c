import type { Severity } from '../../inputs/image.ts';
import { Failure } from '../../process/failure.ts';
import { atDigest } from '../../reference/image-reference.ts';
import { calling, type Run } from '../../run/run.ts';
import type { EcrImage } from './ecr-images.ts';
import { giveTags } from './give-tags.ts';
import { checkPlatforms } from './image-platforms.ts';
import { hasPlatforms } from './manifest.ts';
import type { Prepared } from './provided-image.ts';
import type { EcrRepository } from './repository.ts';
import { checkFindings } from './scan.ts';

/**
 * Why an image that was built before can't be taken for a build: it lacks a platform. An image of the same build may have
 * been made on another machine, and has to pass what a new one passes. Undefined: it can.
 *
 * @param found.platforms those to build for
 * @param found.tasks those of the task definitions
 */
export async function whyUnsupported(
  run: Run,
  found: {
    readonly repository: EcrRepository;
    readonly image: EcrImage;
    readonly platforms: readonly string[];
    readonly tasks: readonly string[];
  },
): Promise<string | undefined> {
  const { repository, image, platforms, tasks } = found;
  if (!hasPlatforms(JSON.parse(image.manifest), platforms)) {
    return `it is not for all of ${platforms.join(', ')}.`;
  }
  try {
    await checkPlatforms({ repository, calling: calling(run), image, tasks, say: run.log.say });
    return undefined;
  } catch (error) {
    if (error instanceof Failure && error.code === 'image-platform') return error.message;
    throw error;
  }
}

/**
 * An image that the repository has already, with what is left to do: its scan, and tags that point elsewhere.
 *
 * @param found.present what the tags lead to; undefined where ECR does not tell
 * @param found.tasks the platforms of the tasks, as Docker writes them
 */
export function foundImage(
  run: Run,
  found: {
    readonly repository: EcrRepository;
    readonly image: EcrImage;
    readonly tags: readonly string[];
    readonly present: ReadonlyMap<string, EcrImage> | undefined;
    readonly severity: Severity | undefined;
    readonly tasks: readonly string[];
  },
): Prepared & { readonly kind: 'there'; readonly settle: () => Promise<void> } {
  const { repository, image, tags, present, severity, tasks } = found;
  const settle = async (): Promise<void> => {
    if (severity !== undefined) {
      await checkFindings({ repository, calling: calling(run), image, platforms: tasks, severity });
    }
    await giveTags(run, { repository, image, tags, now: present });
  };
  const { digest } = image;
  return { kind: 'there', image: { uri: atDigest(repository.uri, digest), digest }, settle };
}
