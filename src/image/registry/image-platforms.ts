import { wordsOf } from '../../aws/errors.ts';
import { Failure } from '../../process/failure.ts';
import type { Run } from '../../run/run.ts';
import { hasPlatforms, platformOfConfig, readManifest, runsOn } from './manifest.ts';
import type { RegistryImage } from './repository.ts';

/**
 * Refuses an image that the tasks can't run: ECS would notice only when the first task fails to start. An image whose
 * platform is unknown passes.
 *
 * @param tasks the platforms of the task definitions, as Docker writes them
 * @param say called with the reason if the platform is unknown
 * @throws Failure image-platform
 */
export async function checkPlatforms(
  image: RegistryImage,
  tasks: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const read = await readPlatforms(image).catch((error: unknown) => ({ unknown: wordsOf(error) }));
  if ('unknown' in read) {
    say(`The platform of ${image.uri} wasn't checked: ${read.unknown}`);
    return;
  }
  const lacking = tasks.find((task) => !read.platforms.some((own) => runsOn(own, task)));
  if (lacking !== undefined) throw wrongPlatform(image.uri, read.platforms, lacking);
}

/** @param image its name, or a phrase such as `The built image` */
export function wrongPlatform(image: string, platforms: readonly string[], task: string): Failure {
  return new Failure({
    code: 'image-platform',
    fault: 'yours',
    message: `${image} is for ${platforms.join(', ') || 'no platform'}, and the task definition runs on ${task}.`,
    advice: `Build the image for ${task}, or change the task definition's runtimePlatform.`,
  });
}

type PlatformsRead = { readonly platforms: readonly string[] } | { readonly unknown: string };

/** Reads the platforms from the index, or from the configuration of a single image. */
async function readPlatforms(image: RegistryImage): Promise<PlatformsRead> {
  const manifest = readManifest(JSON.parse(image.manifest));
  if (manifest.kind === 'index') return { platforms: manifest.platforms };
  if (manifest.kind === 'unknown') return { unknown: 'its manifest names none.' };
  const config = await image.readBlob(manifest.configDigest);
  if (config === undefined) return { unknown: 'ECR offers no download of its configuration.' };
  const platform = platformOfConfig(JSON.parse(config));
  return platform === undefined ? { unknown: 'its configuration names none.' } : { platforms: [platform] };
}

/**
 * Says why an earlier image of the same build can't be used; undefined: it can. It may come from another machine, so it has
 * to pass what a new one passes.
 *
 * @param found.platforms to build for
 * @param found.tasks the platforms of the task definitions
 */
export async function whyUnsuitable(
  run: Run,
  found: {
    readonly image: RegistryImage;
    readonly platforms: readonly string[];
    readonly tasks: readonly string[];
  },
): Promise<string | undefined> {
  const { image, platforms, tasks } = found;
  if (!hasPlatforms(JSON.parse(image.manifest), platforms)) return `it lacks one of ${platforms.join(', ')}.`;
  try {
    await checkPlatforms(image, tasks, run.log.say);
    return undefined;
  } catch (error) {
    if (error instanceof Failure && error.code === 'image-platform') return error.message;
    throw error;
  }
}
