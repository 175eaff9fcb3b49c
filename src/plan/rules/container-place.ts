import type { ContainerDocument } from '../../task-definition/document.ts';
import { textIn } from '../../text/json.ts';

/** A container's place by its name, since a number tells nobody anything. */
export function placeOf(container: ContainerDocument, index: number): string {
  return `containerDefinitions[${textIn(container.name) ?? index}]`;
}
