/** One step of a pattern. */
type Step =
  | { readonly kind: 'character'; readonly character: string }
  /** `[a-z]`, `[^a-z]`: one character of a class. */
  | { readonly kind: 'class'; readonly of: RegExp }
  /** `?`: any one but `/`. */
  | { readonly kind: 'any' }
  /** `*`: any number, but none that is `/`. */
  | { readonly kind: 'name' }
  /** `**`: any number. */
  | { readonly kind: 'path' }
  /** `**` and a slash: nothing, or what the next step takes. */
  | { readonly kind: 'folders' }
  /** Any number that ends in `/`. */
  | { readonly kind: 'in-folders' };

export type Pattern = readonly Step[];

/** Reads a pattern of Go's filepath.Match with `**`, as Docker's ignore files have it. A class that is none matches nothing. */
export function patternOf(text: string): Pattern {
  const steps: Step[] = [];
  // Where no class can close any more, a bracket is a bracket: it is not looked for again.
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
 * Whether a pattern matches a path or a folder above it. All places of the pattern that a beginning of the path may have
 * come to are carried along, so that the work is the pattern's length times the path's, whatever they are.
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

/** These places, and those that are come to from them without a character. */
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

/** Where a place of the pattern comes to with one character more. */
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
