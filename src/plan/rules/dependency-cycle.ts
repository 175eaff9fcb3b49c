import { containerNamed, containersOf, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { listIn, objectIn, textIn, wordIn } from '../../text/json.ts';
import { containerPlace, type Rule } from './rule.ts';

/** Containers that wait for each other in a circle: whatever ECS says of it, none of them can start. */
export const dependencyCycleRule: Rule<TaskDefinitionDocument> = {
  name: 'dependency-cycle',
  check: (document) => {
    const inCircle = containersOf(document).filter(({ name }) => awaits(document, wordIn(name)));
    const [first] = inCircle;
    if (first === undefined) return [];
    const names = inCircle.map(({ name }) => textIn(name)).join(', ');
    return [
      {
        place: `${containerPlace(first, containersOf(document).indexOf(first))}.dependsOn`,
        message: `${names} wait for each other, so that none of them starts.`,
        fix: 'Take one of their dependsOn out.',
      },
    ];
  },
};

/** Whether a container waits for itself, by others; one that names itself is another rule's. */
function awaits(document: TaskDefinitionDocument, name: string): boolean {
  const awaited = new Set<string>();
  const waiting = othersOf(document, name);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === name) return true;
    if (awaited.has(next)) continue;
    awaited.add(next);
    waiting.push(...othersOf(document, next));
  }
  return false;
}

function othersOf(document: TaskDefinitionDocument, name: string): string[] {
  return listIn(containerNamed(document, name)?.dependsOn)
    .map((item) => wordIn(objectIn(item).containerName))
    .filter((other) => other !== name);
}
