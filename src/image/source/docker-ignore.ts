import { matches, type Pattern, patternOf } from './path-pattern.ts';

/** The files that a `.dockerignore` excludes from a context. */
export interface Ignored {
  /** @param path of a file, relative to the context, with `/` */
  readonly has: (path: string) => boolean;
  /** Whether everything in this folder is excluded: false if a rule may include something again. */
  readonly hasAllOf: (folder: string) => boolean;
}

/**
 * Reads Docker's rules (documented; Go's filepath.Match and `**`): the last rule that matches a path, or a folder above it,
 * decides; `!` includes again. An unreasonably large file excludes nothing: more files then count, and the build is unique.
 */
export function readDockerIgnore(text: string): Ignored {
  const rules = isReasonable(text) ? rulesOf(text) : [];
  const has = (path: string): boolean =>
    rules.findLast(({ pattern }) => matches(pattern, path))?.excludes ?? false;
  const hasException = rules.some(({ excludes }) => !excludes);
  return { has, hasAllOf: (folder) => has(folder) && !hasException };
}

export const mostCharacters = 256 * 1024;

/** The largest ones have a few hundred lines, and no path of Linux has more than 4096 bytes. */
function isReasonable(text: string): boolean {
  return text.length <= mostCharacters && text.split('\n').every((line) => line.length <= 4096);
}

interface Rule {
  readonly pattern: Pattern;
  readonly excludes: boolean;
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
  const excludes = !trimmed.startsWith('!');
  const path = cleaned((excludes ? trimmed : trimmed.slice(1)).trim());
  return path === '' ? undefined : { pattern: patternOf(path), excludes };
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
