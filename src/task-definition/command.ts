import { isJsonArray, type Json } from '../text/json.ts';

/**
 * A container's command out of a text: a JSON list of strings, or words as a shell divides them. Quotes and backslashes
 * keep words together as they do there; nothing is expanded, and no shell runs it.
 *
 * @returns undefined for a quote that is not closed, or a JSON list that holds something else
 */
export function parseCommand(text: string): readonly string[] | undefined {
  return text.startsWith('[') ? fromJson(text) : fromWords(text);
}

function fromJson(text: string): readonly string[] | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

function fromWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  const word = /\s*((?:'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^]|[^\s'"\\])+)/y;
  const end = text.trimEnd().length;
  while (word.lastIndex < end) {
    const found = word.exec(text)?.[1];
    if (found === undefined) return undefined;
    words.push(unquoted(found));
  }
  return words;
}

/** As in a POSIX shell: within double quotes a backslash stays before all but `$`, a backtick, `"` and itself. */
function unquoted(word: string): string {
  return word.replaceAll(/'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])/g, (_, single, double, escaped) => {
    if (typeof single === 'string') return single;
    return typeof double === 'string' ? double.replaceAll(/\\([$`"\\])/g, '$1') : String(escaped);
  });
}
