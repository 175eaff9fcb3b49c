import { isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { Failure } from '../process/failure.ts';
import { isJsonArray, isJsonObject } from '../text/json.ts';
import { nearestOf } from '../text/word-distance.ts';
import { fromDescribed, registrable, type TaskDefinitionDocument } from './document.ts';
import { findJsonFault, isExact } from './json-fault.ts';

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

function isJsonText(text: string, path: string): boolean {
  return /\.json$/i.test(path) || (!/\.ya?ml$/i.test(path) && text.trimStart().startsWith('{'));
}

function parseJson(text: string, path: string): unknown {
  const fault = findJsonFault(text);
  if (fault !== undefined) throw unreadable(path, faults[fault.kind], positionAt(text, fault.offset));
  return JSON.parse(text);
}

const faults = {
  syntax: 'it is not JSON',
  depth: 'it is nested deeper than any task definition',
  'repeated-key': 'a key stands twice in one object, and only one of them would count',
  'inexact-number': 'a number has more digits than can be kept',
} as const;

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/**
 * YAML 1.2 with its core schema: `yes` and `no` stay words, and there are no dates. `<<` merges as it does in YAML 1.1,
 * which is what everybody who writes it means.
 */
function parseYaml(text: string, path: string): unknown {
  const lines = new LineCounter();
  const document = documentOf(text, path, lines);
  const problem = document.errors[0] ?? document.warnings[0];
  const fail = (what: string, offset: number): Failure => {
    const { line, col } = lines.linePos(offset);
    return unreadable(path, what, { line, column: col });
  };
  if (problem !== undefined) throw fail(`it is not YAML (${problem.code})`, problem.pos[0]);
  visit(document, {
    Map: (_, { items }) => {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) throw fail('it is not YAML (DUPLICATE_KEY)', key.range?.[0] ?? 0);
        keys.add(key.value);
      }
    },
    Scalar: (_, { value, source, range }) => {
      if (typeof value !== 'number' || isKept(value, source ?? '')) return;
      throw fail('a number is none of JSON, or has more digits than can be kept', range?.[0] ?? 0);
    },
  });
  try {
    return document.toJS();
  } catch {
    throw unreadable(path, 'its aliases cannot be resolved');
  }
}

function documentOf(text: string, path: string, lineCounter: LineCounter) {
  const deep = tooDeepAt(text);
  if (deep !== undefined) throw unreadable(path, faults.depth, positionAt(text, deep));
  return parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: true,
    // JSON has none of YAML's own types (sets, dates, binary).
    resolveKnownTags: false,
    stringKeys: true,
    // The library compares each key with all before it.
    uniqueKeys: false,
    // It would show the line of each error again, and all of the text may be one line.
    prettyErrors: false,
    lineCounter,
  });
}

/**
 * Finds where more brackets are open, or a line is indented deeper, than in any task definition: the parser calls itself
 * for each level. Undefined: nowhere.
 */
function tooDeepAt(text: string): number | undefined {
  let [open, indent, at] = [0, 0, 0];
  let isIndent = true;
  for (const character of text) {
    if (character === '[' || character === '{') open += 1;
    if (character === ']' || character === '}') open = Math.max(0, open - 1);
    if (character === '\n') [isIndent, indent] = [true, 0];
    // A dash begins a level too: `- - - a`.
    else if (isIndent && (character === ' ' || character === '-' || character === '?')) indent += 1;
    else isIndent = false;
    if (open > mostOpen || indent > mostIndent) return at;
    at += character.length;
  }
  return undefined;
}

const mostOpen = 1000;
const mostIndent = 2000;

/** YAML has `.nan` and `.inf`, and numbers that are written in hexadecimal or octal. */
function isKept(value: number, source: string): boolean {
  return /^0[xo]/.test(source) ? Number.isSafeInteger(value) : isExact(source);
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
