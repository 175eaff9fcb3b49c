/** One step of a pattern. */
type Step =
  | { readonly kind: 'character'; readonly character: string }
  /** `[a-z]`, `[^a-z]`: one character of a class. */
  | { readonly kind: 'class'; readonly of: RegExp }
  /** `?`: any character except `/`. */
  | { readonly kind: 'any' }
  /** `*`: any number of characters except `/`. */
  | { readonly kind: 'name' }
  /** `**`: any number of characters. */
  | { readonly kind: 'path' }
  /** `**` and a slash: nothing, or what the next step matches. */
  | { readonly kind: 'folders' }
  /** Any number of characters that end with `/`. */
  | { readonly kind: 'in-folders' };

export type Pattern = readonly Step[];

/** Reads a pattern of Go's filepath.Match with `**`, as in Docker's ignore files. An invalid class matches nothing. */
export function patternOf(text: string): Pattern {
  const steps: Step[] = [];
  // Behind the last closing bracket no class can start: there, don't search for one again.
  const lastBracket = text.lastIndexOf(']');
  for (let at = 0; at < text.length; ) {
    const { step, length } = stepAt(text, at, lastBracket);
    steps.push(step);
    if (step.kind === 'folders') steps.push({ kind: 'in-folders' });
    at += length;
  }
  return steps;
}

function stepAt(
  text: string,
  at: number,
  lastBracket: number,
): { readonly step: Step; readonly length: number } {
  const character = characterAt(text, at);
  if (text.startsWith('**/', at)) return { step: { kind: 'folders' }, length: 3 };
  if (text.startsWith('**', at)) return { step: { kind: 'path' }, length: 2 };
  if (character === '*') return { step: { kind: 'name' }, length: 1 };
  if (character === '?') return { step: { kind: 'any' }, length: 1 };
  if (character === '\\' && at + 1 < text.length) {
    const escaped = characterAt(text, at + 1);
    return { step: { kind: 'character', character: escaped }, length: 1 + escaped.length };
  }
  const end = character === '[' && at < lastBracket ? text.indexOf(']', at) : -1;
  if (end > at + 1) {
    return { step: { kind: 'class', of: classOf(text.slice(at, end + 1)) }, length: end + 1 - at };
  }
  return { step: { kind: 'character', character }, length: character.length };
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function classOf(text: string): RegExp {
  try {
    return new RegExp(`^${text.replaceAll('\\', '\\\\')}$`, 'su');
  } catch {
    return /(?!)/;
  }
}

/**
 * Whether a pattern matches a path or a folder above it. It tracks every place in the pattern that the path read so far can
 * reach, so the work is at most the pattern's length times the path's.
 */
export function matches(pattern: Pattern, path: string): boolean {
  let places = withSkips(pattern, [0]);
  for (const character of path) {
    if (character === '/' && places.has(pattern.length)) return true;
    if (places.size === 0) return false;
    const next: number[] = [];
    for (const place of places) next.push(...after(pattern[place], place, character));
    places = withSkips(pattern, next);
  }
  return places.has(pattern.length);
}

/** These places, and those reachable from them without a character. */
function withSkips(pattern: Pattern, from: readonly number[]): ReadonlySet<number> {
  const places = new Set<number>();
  const open = [...from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (places.has(place)) continue;
    places.add(place);
    const kind = pattern[place]?.kind;
    if (kind === 'name' || kind === 'path') open.push(place + 1);
    if (kind === 'folders') open.push(place + 1, place + 2);
  }
  return places;
}

/** The places that one place of the pattern reaches with one more character. */
function after(step: Step | undefined, place: number, character: string): readonly number[] {
  const isSlash = character === '/';
  switch (step?.kind) {
    case 'character':
      return step.character === character ? [place + 1] : [];
    case 'class':
      return step.of.test(character) ? [place + 1] : [];
    case 'any':
      return isSlash ? [] : [place + 1];
    case 'name':
      return isSlash ? [] : [place];
    case 'path':
      return [place];
    case 'in-folders':
      return isSlash ? [place, place + 1] : [place];
    case 'folders':
    case undefined:
      return [];
    default:
      return step satisfies never;
  }
}
