import { type Calling, call } from '../../aws/call.ts';
import { download } from '../../aws/download.ts';
import { wordsOf } from '../../aws/errors.ts';
import { Failure } from '../../process/failure.ts';
import type { EcrImage } from './ecr-images.ts';
import { platformOfConfig, readManifest, runsOn } from './manifest.ts';
import type { EcrRepository } from './repository.ts';

/**
 * Refuses an image that the tasks can't run: ECS would find that out only when the first task fails to start.
 *
 * @param options.tasks the platforms of the task definitions, as Docker writes them
 * @param options.say hears why nothing could be found out
 * @throws Failure image-platform
 */
export async function checkPlatforms(options: {
  readonly repository: EcrRepository;
  readonly calling: Calling;
  readonly image: EcrImage;
  readonly tasks: readonly string[];
  readonly say: (line: string) => void;
}): Promise<void> {
  const { repository, calling, image, tasks, say } = options;
  const platforms = await platformsIn(repository, calling, image).catch((error: unknown) => {
    say(`The platform of ${repository.uri}@${image.digest} can't be seen: ${wordsOf(error)}`);
    return undefined;
  });
  const lacking = tasks.find((task) => platforms?.some((own) => runsOn(own, task)) === false);
  if (lacking === undefined) return;
  throw wrongPlatform(`${repository.uri}@${image.digest}`, platforms ?? [], lacking);
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

/** Undefined where nothing tells it. A single image has it in its configuration, a blob of its own. */
async function platformsIn(
  repository: EcrRepository,
  calling: Calling,
  image: EcrImage,
): Promise<readonly string[] | undefined> {
  const manifest = readManifest(JSON.parse(image.manifest));
  if (manifest.kind === 'index') return manifest.platforms;
  if (manifest.kind === 'unknown') return undefined;
  const { GetDownloadUrlForLayerCommand } = await import('@aws-sdk/client-ecr');
  const { downloadUrl } = await call(calling, 'ecr:GetDownloadUrlForLayer', (abortSignal) =>
    repository.ecr.send(
      new GetDownloadUrlForLayerCommand({
        repositoryName: repository.name,
        ...(repository.registryId === undefined ? {} : { registryId: repository.registryId }),
        layerDigest: manifest.configDigest,
      }),
      { abortSignal },
    ),
  );
  if (downloadUrl === undefined) return undefined;
  const platform = platformOfConfig(JSON.parse(await download(downloadUrl, calling.signal)));
  return platform === undefined ? undefined : [platform];
}
