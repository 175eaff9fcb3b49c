import type { ProvidedImage } from '../image/registry/provided-image.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { Failure } from '../process/failure.ts';
import type { RunImage } from '../reference/rollback-target.ts';
import { chooseContainer } from '../task-definition/container.ts';
import type { TaskDefinitionDocument } from '../task-definition/document.ts';
import { imageOfContainer } from '../task-definition/run-image.ts';

/**
 * The image of a version that exists already; undefined where several of its containers could be meant.
 * @param images what ECS ran for this task definition, as far as it tells
 */
export function imageOfVersion(
  { taskDefinition: { containerName } }: Inputs,
  document: TaskDefinitionDocument,
  images: readonly RunImage[],
): ProvidedImage | undefined {
  try {
    return imageOfContainer(document, images, chooseContainer(document, containerName));
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
