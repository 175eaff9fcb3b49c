import type { Severity } from '../../inputs/image.ts';
import { Failure } from '../../process/failure.ts';
import type { Run } from '../../run/run.ts';
import { checkPlatforms } from './image-platforms.ts';
import { hasPlatforms } from './manifest.ts';
import type { Prepared } from './provided-image.ts';
import type { RegistryImage } from './repository.ts';
import { giveTags } from './tags.ts';

/**
 * Says why an earlier image of the same build can't be used: it lacks a platform. It may have been made on another machine,
 * and has to pass what a new one passes. Undefined: it can be used.
 *
 * @param found.platforms those to build for
 * @param found.tasks those of the task definitions
 */
export async function whyUnsupported(
  run: Run,
  found: {
    readonly image: RegistryImage;
    readonly platforms: readonly string[];
    readonly tasks: readonly string[];
  },
): Promise<string | undefined> {
  const { image, platforms, tasks } = found;
  if (!hasPlatforms(JSON.parse(image.manifest), platforms)) {
    return `it is not for all of ${platforms.join(', ')}.`;
  }
  try {
    await checkPlatforms(image, tasks, run.log.say);
    return undefined;
  } catch (error) {
    if (error instanceof Failure && error.code === 'image-platform') return error.message;
    throw error;
  }
}

/**
 * Takes an image that the repository has already, with what is left to do: its scan, and tags that point elsewhere.
 *
 * @param found.present what the tags lead to; undefined: the registry doesn't tell
 * @param found.tasks the platforms of the tasks, as Docker writes them
 */
export function foundImage(
  run: Run,
  found: {
    readonly image: RegistryImage;
    readonly tags: readonly string[];
    readonly present: ReadonlyMap<string, RegistryImage> | undefined;
    readonly severity: Severity | undefined;
    readonly tasks: readonly string[];
  },
): Prepared & { readonly kind: 'there'; readonly settle: () => Promise<void> } {
  const { image, tags, present, severity, tasks } = found;
  const settle = async (): Promise<void> => {
    if (severity !== undefined) await image.refuseFindings(tasks, severity);
    await giveTags(run, image, tags, present);
  };
  return { kind: 'there', image: { uri: image.uri, digest: image.digest }, settle };
}
