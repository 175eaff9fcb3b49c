/** What a `.dockerignore` leaves out of a context. */
export interface Ignored {
  /** @param path of a file, relative to the context, with `/` */
  readonly has: (path: string) => boolean;
  /** Whether all that is in this folder is left out: false where a rule may take something in again. */
  readonly hasAllOf: (folder: string) => boolean;
}

/**
 * Reads the rules as Docker has them (documented; Go's filepath.Match and `**`): the last rule that matches a path, or
 * a folder above it, decides; `!` takes in again.
 */
export function readDockerIgnore(text: string): Ignored {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line) => ruleOf(line) ?? []);
  const has = (path: string): boolean => {
    const parts = path.split('/');
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    return rules.findLast(({ pattern }) => above.some((one) => pattern.test(one)))?.leavesOut ?? false;
  };
  const hasException = rules.some(({ leavesOut }) => !leavesOut);
  return { has, hasAllOf: (folder) => has(folder) && !hasException };
}

interface Rule {
  readonly pattern: RegExp;
  readonly leavesOut: boolean;
}

function ruleOf(line: string): Rule | undefined {
  if (line.startsWith('#')) return undefined;
  const trimmed = line.trim();
  const leavesOut = !trimmed.startsWith('!');
  const path = cleaned((leavesOut ? trimmed : trimmed.slice(1)).trim());
  return path === '' ? undefined : { pattern: new RegExp(`^${expressionOf(path)}$`, 's'), leavesOut };
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

function expressionOf(path: string): string {
  let expression = '';
  for (let rest = path; rest !== ''; ) {
    const [token = ''] = /^(\*\*\/?|\*|\?|\[\^?[^\]]*\]|\\.|[^])/.exec(rest) ?? [];
    rest = rest.slice(token.length);
    expression += tokenOf(token);
  }
  return expression;
}

function tokenOf(token: string): string {
  if (token === '**') return '.*';
  if (token === '**/') return '(?:.*/)?';
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  if (/^\[.+\]$/.test(token)) return token.replaceAll('\\', '\\\\');
  return token.replace(/^\\(?=.)/, '').replace(/[^\w]/g, String.raw`\$&`);
}
