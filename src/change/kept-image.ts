import { textIn } from '../aws/json.ts';
import { containersOf } from '../task-definition/document.ts';
import type { Change, PlannedService } from './change.ts';

/**
 * Says that a run puts in no image of its own, why, and which images stay; undefined when it puts one in, and for
 * a rollback, which takes a version as it was. Who meant to
 * deploy a new version must be able to see that this run does not. Pure.
 */
export function sayKept({ image, services }: Pick<Change, 'image' | 'services'>): string | undefined {
  if (image.kind !== 'kept') return undefined;
  const { why } = image;
  if (why.kind === 'rollback') return undefined;
  const reason =
    why.kind === 'no-dockerfile'
      ? `No image is built: there is no Dockerfile at ${why.lookedAt}, and the input image is empty.`
      : 'No image is built: build is false, and the input image is empty.';
  const shown = services.slice(0, mostServices).map(wordsOf);
  const more = services.length - shown.length;
  return `${reason} ${shown.join('; ')}${more === 0 ? '' : `; and so do ${more} more services`}.`;
}

function wordsOf({ seen, taskDefinition }: Pick<PlannedService, 'seen' | 'taskDefinition'>): string {
  const containers = containersOf(taskDefinition.document);
  const images = containers.map(({ name, image }) =>
    containers.length === 1 ? `${textIn(image)}` : `${textIn(image)} (${textIn(name)})`,
  );
  return `${seen.name} keeps ${images.join(', ')}`;
}

/** More would not fit into an annotation. */
const mostServices = 5;
