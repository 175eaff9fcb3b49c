import { matches, type Pattern, patternOf } from './path-pattern.ts';

/** What a `.dockerignore` leaves out of a context. */
export interface Ignored {
  /** @param path of a file, relative to the context, with `/` */
  readonly has: (path: string) => boolean;
  /** Whether all that is in this folder is left out: false where a rule may take something in again. */
  readonly hasAllOf: (folder: string) => boolean;
}

/**
 * Reads the rules as Docker has them (documented; Go's filepath.Match and `**`): the last rule that matches a path, or
 * a folder above it, decides; `!` takes in again. A file too large to be meant leaves out nothing: who asks takes the
 * build for one of its own then.
 */
export function readDockerIgnore(text: string): Ignored {
  const rules = isReasonable(text) ? rulesOf(text) : [];
  const has = (path: string): boolean =>
    rules.findLast(({ pattern }) => matches(pattern, path))?.leavesOut ?? false;
  const hasException = rules.some(({ leavesOut }) => !leavesOut);
  return { has, hasAllOf: (folder) => has(folder) && !hasException };
}

export const mostCharacters = 256 * 1024;

/** The largest ones have a few hundred lines, and no path of Linux has more than 4096 bytes. */
function isReasonable(text: string): boolean {
  return text.length <= mostCharacters && text.split('\n').every((line) => line.length <= 4096);
}

interface Rule {
  readonly pattern: Pattern;
  readonly leavesOut: boolean;
}

function rulesOf(text: string): readonly Rule[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line) => ruleOf(line) ?? []);
}

function ruleOf(line: string): Rule | undefined {
  if (line.startsWith('#')) return undefined;
  const trimmed = line.trim();
  const leavesOut = !trimmed.startsWith('!');
  const path = cleaned((leavesOut ? trimmed : trimmed.slice(1)).trim());
  return path === '' ? undefined : { pattern: patternOf(path), leavesOut };
}

/** Without `.`, `..` and empty parts, and without a slash at either end. */
function cleaned(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
