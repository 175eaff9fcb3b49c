import { containersOf } from '../../task-definition/document.ts';
import { textIn } from '../../text/json.ts';
import type { Change, PlannedService } from '../decide/change.ts';

/**
 * Says that a run puts in no image of its own, why, and which images the services run then: those that they keep, and
 * those that the task definition names instead. Undefined when the run puts one in, and for a rollback, which takes
 * a version as it was. Whoever meant to deploy a new version has to see that this run does not. Pure.
 */
export function describeKeptImage({
  image,
  services,
}: Pick<Change, 'image' | 'services'>): string | undefined {
  if (image.kind !== 'kept') return undefined;
  const { why } = image;
  if (why.kind === 'rollback') return undefined;
  const reason =
    why.kind === 'no-dockerfile'
      ? `No image is built: there is no Dockerfile at ${why.lookedAt}, and the input image is empty.`
      : 'No image is built: build is false, and the input image is empty.';
  const shown = services.slice(0, mostServices).map(describeImagesOf);
  const more = services.length - shown.length;
  return `${reason} ${shown.join('; ')}${more === 0 ? '' : `; and so do ${more} more services`}.`;
}

function describeImagesOf({ seen, taskDefinition }: Pick<PlannedService, 'seen' | 'taskDefinition'>): string {
  const running = new Map(containersOf(seen.taskDefinition).map(({ name, image }) => [name, image]));
  const containers = containersOf(taskDefinition.document);
  const ofContainer = ({ name }: (typeof containers)[number]): string =>
    containers.length === 1 ? '' : ` (${textIn(name)})`;
  const isKept = ({ name, image }: (typeof containers)[number]): boolean => running.get(name) === image;
  const kept = containers.filter(isKept).map((one) => `${textIn(one.image)}${ofContainer(one)}`);
  const changed = containers
    .filter((one) => !isKept(one))
    .map((one) => {
      const before = textIn(running.get(one.name));
      const instead = before === undefined ? '' : ` instead of ${before}`;
      return `runs ${textIn(one.image)}${ofContainer(one)} from the task definition${instead}`;
    });
  return `${seen.name} ${[...(kept.length === 0 ? [] : [`keeps ${kept.join(', ')}`]), ...changed].join(', ')}`;
}

/** More would not fit into an annotation. */
const mostServices = 5;
