import type { Images } from '../../ecr/images.ts';
import { documentsOf, textOf } from '../../server/members.ts';
import type { TaskToRun } from '../runtime.ts';
import { pullFailure, type StartFailure } from '../start-failures.ts';

/** What is in the registries that are played here, by the host that the names of their images begin with. */
export type PlayedRegistries = ReadonlyMap<string, Pick<Images, 'manifest'>>;

/**
 * Looks in the registries for every image of a task; of images that lie elsewhere nothing is known, and they are pulled.
 * A tag that the service revision has resolved is pulled by its digest.
 *
 * @returns why the task cannot start, in the words for a task in Docker
 */
export async function lookForImages(
  { taskDefinition, imageDigests }: TaskToRun,
  registries: PlayedRegistries,
): Promise<StartFailure | undefined> {
  for (const container of documentsOf(taskDefinition, 'containerDefinitions')) {
    const [name, image] = [textOf(container, 'name') ?? '', textOf(container, 'image') ?? ''];
    const { host, repository, reference } = placeOf(image);
    const found = await registries.get(host)?.manifest(repository, imageDigests[name] ?? reference);
    if (registries.has(host) && found === undefined) {
      return pullFailure({ container: name, image, platform: '', engineText: 'not found' });
    }
  }
  return undefined;
}

function placeOf(image: string): {
  readonly host: string;
  readonly repository: string;
  readonly reference: string;
} {
  const slash = image.indexOf('/');
  const [path = '', digest] = image.slice(slash + 1).split('@');
  const [repository = '', tag = 'latest'] = path.split(':');
  return { host: image.slice(0, Math.max(0, slash)), repository, reference: digest ?? tag };
}
