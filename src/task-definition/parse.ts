import { parseDocument } from 'yaml';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../aws/json.ts';
import { Failure } from '../failure.ts';
import { fromDescribed, registrable, type TaskDefinitionDocument } from './document.ts';
import { offsetOfJsonFault } from './json-fault.ts';

/**
 * A task definition out of the text of a file: JSON or YAML, as one registers it or as DescribeTaskDefinition
 * prints it. What only ECS writes is dropped.
 * @param path for messages
 * @throws Failure task-definition-unreadable, with file, line and column
 */
export function parseTaskDefinition(text: string, path: string): TaskDefinitionDocument {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const value = isJsonText(source, path) ? parseJson(source, path) : parseYaml(source, path);
  if (!isJsonObject(value)) throw unreadable(path, 'it holds no object');
  const document = isJsonObject(value.taskDefinition) ? fromDescribed(value) : registrable(value);
  if (!isJsonArray(document.containerDefinitions)) {
    throw unreadable(path, 'it has no list containerDefinitions');
  }
  return withTextSizes(document);
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

function isJsonText(text: string, path: string): boolean {
  return /\.json$/i.test(path) || (!/\.ya?ml$/i.test(path) && text.trimStart().startsWith('{'));
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error may quote the text, so it is not kept as the cause.
    throw unreadable(path, 'it is not JSON', positionAt(text, offsetOfJsonFault(text)));
  }
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** YAML 1.2 with its core schema: `yes` and `no` stay words, and there are no dates. */
function parseYaml(text: string, path: string): unknown {
  const document = parseDocument(text, { version: '1.2', schema: 'core', prettyErrors: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    const place = problem.linePos?.[0];
    throw unreadable(
      path,
      `it is not YAML (${problem.code})`,
      place && { line: place.line, column: place.col },
    );
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch {
    throw unreadable(path, 'its aliases cannot be resolved');
  }
  const stranger = pathOfNonJson(value, '');
  if (stranger !== undefined) throw unreadable(path, `${stranger} is a number that JSON does not have`);
  return value;
}

/** YAML has `.nan` and `.inf`; a request in JSON would turn them into null. */
function pathOfNonJson(value: unknown, at: string): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : at;
  if (Array.isArray(value)) {
    return value
      .map((item, index) => pathOfNonJson(item, `${at}[${index}]`))
      .find((found) => found !== undefined);
  }
  if (!isJsonObject(value)) return undefined;
  return Object.entries<Json | undefined>(value satisfies JsonObject)
    .map(([key, item]) => pathOfNonJson(item, at === '' ? key : `${at}.${key}`))
    .find((found) => found !== undefined);
}

interface Position {
  readonly line: number;
  readonly column: number;
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
