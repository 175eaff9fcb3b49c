import type { Calling } from '../aws/call.ts';
import type { Json } from '../aws/json.ts';
import { Failure } from '../failure.ts';
import { readImage } from '../image/ecr-images.ts';
import { readManifest, runsOn } from '../image/manifest.ts';
import { parseReference, repositoryUri } from '../image/reference.ts';
import { findRepository } from '../image/repository.ts';
import { type Answer, type Asking, ok } from './check.ts';

/**
 * Whether an image is in ECR, for the platform of the task. Of an image that is no index the manifest does not tell the
 * platform, and other registries are not asked: ECS may have logins for them that this job has not.
 */
export async function checkImage(
  { aws }: Asking,
  calling: Calling,
  image: string,
  platform: string,
): Promise<Answer> {
  const reference = parseReference(image);
  if (reference === undefined) return { state: 'wrong', detail: 'It is no image reference.' };
  const { digest, tag, registry } = reference;
  // In a task definition a name without a registry is one of Docker Hub.
  if (registry === undefined) return { state: 'unknown', detail: 'It is not in ECR, and was not asked for.' };
  try {
    const repository = await findRepository({ aws, calling, text: repositoryUri(reference), create: false });
    if (repository.kind === 'other')
      return { state: 'unknown', detail: 'It is not in ECR, and was not asked for.' };
    const found = await readImage(repository, calling, digest ?? tag ?? 'latest');
    const manifest = readManifest(JSON.parse(found.manifest) as Json);
    if (manifest.kind !== 'index' || manifest.platforms.some((own) => runsOn(own, platform))) return ok;
    return {
      state: 'wrong',
      detail: `The task runs on ${platform}; the image is for ${manifest.platforms.join(', ') || 'no platform'}.`,
    };
  } catch (error) {
    if (error instanceof Failure && (error.code === 'image-missing' || error.code === 'repository-missing'))
      return { state: 'missing', detail: error.message };
    throw error;
  }
}
