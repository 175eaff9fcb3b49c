import { isJsonArray, type Json } from '../text/json.ts';

/** A container's command, or why a text isn't one, as a sentence. */
export type ParsedCommand =
  | { readonly kind: 'value'; readonly value: readonly string[] }
  | { readonly kind: 'fault'; readonly fault: string };

/**
 * Reads a container's command: a JSON array of strings, or words as a shell splits them. Quotes and backslashes keep
 * words together as they do there; nothing is expanded, and no shell runs it.
 */
export function parseCommand(text: string): ParsedCommand {
  if (text.startsWith('[')) {
    const value = fromJson(text);
    return value === undefined
      ? { kind: 'fault', fault: 'this isn\'t a JSON array of strings, such as ["node", "app.js"].' }
      : { kind: 'value', value };
  }
  return fromWords(text);
}

function fromJson(text: string): readonly string[] | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

function fromWords(text: string): ParsedCommand {
  const words: string[] = [];
  const word = /\s*((?:'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^]|[^\s'"\\])+)/y;
  const end = text.trimEnd().length;
  while (word.lastIndex < end) {
    const start = word.lastIndex;
    const found = word.exec(text)?.[1];
    if (found === undefined) {
      const line = text.slice(0, start).split('\n').length;
      return { kind: 'fault', fault: `a quote or backslash on line ${line} isn't closed.` };
    }
    words.push(unquoted(found));
  }
  return { kind: 'value', value: words };
}

/** As in a POSIX shell: within double quotes a backslash stays before all but `$`, a backtick, `"` and itself. */
function unquoted(word: string): string {
  return word.replaceAll(/'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])/g, (_, single, double, escaped) => {
    if (typeof single === 'string') return single;
    return typeof double === 'string' ? double.replaceAll(/\\([$`"\\])/g, '$1') : String(escaped);
  });
}
