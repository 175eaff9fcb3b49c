import { isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { findJsonFault, isExact } from './json-fault.ts';

/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A text in JSON or YAML, or why it can't be used, as a clause: `it is not JSON`. */
export type ParsedText =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'fault'; readonly what: string; readonly at: Position | undefined };

/**
 * Parses JSON or YAML, and refuses what would lose something without a word: repeated keys, numbers with more digits than
 * a program holds. Pure.
 *
 * @param path whose ending tells the format; without one, a text that begins as a JSON object is JSON
 */
export function parseText(text: string, path = ''): ParsedText {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return isJsonText(source, path) ? parseJson(source) : parseYaml(source);
}

function isJsonText(text: string, path: string): boolean {
  return /\.json$/i.test(path) || (!/\.ya?ml$/i.test(path) && /^\s*\{/.test(text));
}

function parseJson(text: string): ParsedText {
  const found = findJsonFault(text);
  return found === undefined
    ? { kind: 'value', value: JSON.parse(text) }
    : fault(faults[found.kind], positionAt(text, found.offset));
}

const faults = {
  syntax: 'it is not JSON',
  depth: 'it is nested too deeply',
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
function parseYaml(text: string): ParsedText {
  const deep = tooDeepAt(text);
  if (deep !== undefined) return fault(faults.depth, positionAt(text, deep));
  const lines = new LineCounter();
  const document = parseDocument(text, {
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
    lineCounter: lines,
  });
  const at = (what: string, offset: number): ParsedText => {
    const { line, col } = lines.linePos(offset);
    return fault(what, { line, column: col });
  };
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) return at(`it is not YAML (${problem.code})`, problem.pos[0]);
  let lossy: ParsedText | undefined;
  visit(document, {
    Map: (_, { items }) => {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) lossy ??= at('it is not YAML (DUPLICATE_KEY)', key.range?.[0] ?? 0);
        keys.add(key.value);
      }
    },
    Scalar: (_, { value, source, range }) => {
      if (typeof value !== 'number' || isKept(value, source ?? '')) return;
      lossy ??= at('a number is none of JSON, or has more digits than can be kept', range?.[0] ?? 0);
    },
  });
  if (lossy !== undefined) return lossy;
  try {
    return { kind: 'value', value: document.toJS() };
  } catch {
    return fault('its aliases cannot be resolved', undefined);
  }
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

function fault(what: string, at: Position | undefined): ParsedText {
  return { kind: 'fault', what, at };
}
