import { textIn } from '../aws/json.ts';
import type { ContainerDocument } from '../task-definition/document.ts';

/** A container's place by its name, since a number tells nobody anything. */
export function placeOf(container: ContainerDocument, index: number): string {
  return `containerDefinitions[${textIn(container.name) ?? index}]`;
}
