import { Failure } from '../process/failure.ts';
import { isJsonArray, isJsonObject } from '../text/json.ts';
import { type Position, parseText } from '../text/parse-text.ts';
import { nearestOf } from '../text/word-distance.ts';
import { fromDescribed, registrable, type TaskDefinitionDocument } from './document.ts';

/**
 * A task definition out of the text of a file: JSON or YAML, as one registers it or as DescribeTaskDefinition
 * prints it. What only ECS writes is dropped.
 * @param path for messages
 * @throws Failure task-definition-unreadable, with file, line and column
 */
export function parseTaskDefinition(text: string, path: string): TaskDefinitionDocument {
  const parsed = parseText(text, path);
  if (parsed.kind === 'fault') throw unreadable(path, parsed.what, parsed.at);
  const { value } = parsed;
  if (!isJsonObject(value)) throw unreadable(path, 'it holds no object');
  const document = isJsonObject(value.taskDefinition) ? fromDescribed(value) : registrable(value);
  if (!isJsonArray(document.containerDefinitions)) {
    throw unreadable(path, missingContainers(document));
  }
  return withTextSizes(document);
}

function missingContainers(document: TaskDefinitionDocument): string {
  const wanted = 'containerDefinitions';
  if (isJsonObject(document[wanted]) || typeof document[wanted] === 'string') return `${wanted} is no list`;
  const likely = Object.keys(document).find(
    (key) => key !== wanted && nearestOf(key, [wanted]) !== undefined,
  );
  return likely === undefined ? `it has no list ${wanted}` : `it has ${likely}, where ECS has ${wanted}`;
}

/** ECS has the task's size as text; in YAML hardly anybody writes the quotes. */
function withTextSizes(document: TaskDefinitionDocument): TaskDefinitionDocument {
  return Object.fromEntries(
    Object.entries(document).map(([member, value]) => [
      member,
      (member === 'cpu' || member === 'memory') && typeof value === 'number' ? String(value) : value,
    ]),
  );
}

function unreadable(path: string, what: string, place?: Position): Failure {
  const where = place === undefined ? path : `${path}:${place.line}:${place.column}`;
  return new Failure({
    code: 'task-definition-unreadable',
    fault: 'yours',
    message: `The task definition ${where} cannot be used: ${what}.`,
    advice: 'It must hold what `aws ecs register-task-definition --cli-input-json` takes, as JSON or YAML.',
  });
}
