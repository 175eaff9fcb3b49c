import { wordsOf } from '../../aws/errors.ts';
import { Failure } from '../../process/failure.ts';
import type { Run } from '../../run/run.ts';
import { hasPlatforms, platformOfConfig, readManifest, runsOn } from './manifest.ts';
import type { RegistryImage } from './repository.ts';

/**
 * Refuses an image that the tasks can't run: ECS would find that out only when the first task fails to start.
 *
 * @param tasks the platforms of the task definitions, as Docker writes them
 * @param say hears why the platform couldn't be found out
 * @throws Failure image-platform
 */
export async function checkPlatforms(
  image: RegistryImage,
  tasks: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const platforms = await platformsOf(image).catch((error: unknown) => {
    say(`The platform of ${image.uri} can't be seen: ${wordsOf(error)}`);
    return undefined;
  });
  const lacking = tasks.find((task) => platforms?.some((own) => runsOn(own, task)) === false);
  if (lacking === undefined) return;
  throw wrongPlatform(image.uri, platforms ?? [], lacking);
}

/** @param image its name, or what it is */
export function wrongPlatform(image: string, platforms: readonly string[], task: string): Failure {
  return new Failure({
    code: 'image-platform',
    fault: 'yours',
    message: `${image} is an image for ${platforms.join(', ') || 'no platform'}, and the task definition runs on ${task}.`,
    advice: `Build the image for ${task}, or change the task definition's runtimePlatform.`,
  });
}

/** Undefined when neither the index nor the configuration of a single image tells. */
async function platformsOf(image: RegistryImage): Promise<readonly string[] | undefined> {
  const manifest = readManifest(JSON.parse(image.manifest));
  if (manifest.kind === 'index') return manifest.platforms;
  if (manifest.kind === 'unknown') return undefined;
  const config = await image.readBlob(manifest.configDigest);
  const platform = config === undefined ? undefined : platformOfConfig(JSON.parse(config));
  return platform === undefined ? undefined : [platform];
}

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
