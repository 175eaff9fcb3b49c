import { Failure } from '../process/failure.ts';
import { nearestOf } from '../text/word-distance.ts';
import {
  type ContainerDocument,
  containerNames,
  containersOf,
  type TaskDefinitionDocument,
} from './document.ts';

/**
 * The container whose image is deployed: the named one, else the only one, else the only essential one.
 * @returns its name
 * @throws Failure container-not-found, container-ambiguous
 */
export function chooseContainer(document: TaskDefinitionDocument, name: string | undefined): string {
  const names = containerNames(document);
  if (name !== undefined) {
    if (names.includes(name)) return name;
    throw containerNotFound(document, name, 'container-name');
  }
  if (names.length === 0) {
    throw new Failure({
      code: 'container-not-found',
      fault: 'yours',
      message: 'The task definition has no container with a name.',
    });
  }
  const essential = containersOf(document).filter(isEssential).flatMap(containerName);
  const only = names.length === 1 ? names[0] : essential.length === 1 ? essential[0] : undefined;
  if (only !== undefined) return only;
  throw new Failure({
    code: 'container-ambiguous',
    fault: 'yours',
    message: `The task definition has several containers that the image could be for: ${(essential.length === 0 ? names : essential).join(', ')}.`,
    advice: 'Name the one with the input container-name.',
  });
}

/** @param input the input that names the container */
export function containerNotFound(
  document: TaskDefinitionDocument,
  name: string,
  input: 'container-name' | 'images',
): Failure {
  const names = containerNames(document);
  const near = nearestOf(name, names);
  return new Failure({
    code: 'container-not-found',
    fault: 'yours',
    message: `The task definition has no container ${name}, which the input ${input} names. It has: ${names.join(', ') || 'no container with a name'}.`,
    advice:
      near === undefined
        ? `Correct the input ${input}.`
        : `Did you mean ${near}? Correct the input ${input}.`,
  });
}

/** Omitted means essential (documented). */
function isEssential(container: ContainerDocument): boolean {
  return container.essential !== false;
}

function containerName(container: ContainerDocument): readonly string[] {
  return typeof container.name === 'string' ? [container.name] : [];
}
