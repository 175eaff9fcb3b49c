/** Why a text is not taken as JSON, and where. */
export interface JsonFault {
  /**
   * `syntax`: what may not stand there, or the end of a text that ends too early. `repeated-key` and `inexact-number`: JSON,
   * but JSON.parse would drop a member, or change a number, without a word. `depth`: deeper than what can be worked with.
   */
  readonly kind: 'syntax' | 'repeated-key' | 'inexact-number' | 'depth';
  readonly offset: number;
}

/** The first fault of a text; JSON.parse names the place for some faults and not for others. */
export function findJsonFault(text: string): JsonFault | undefined {
  let at = 0;
  let depth = 0;
  let isDeep = false;
  let lossy: JsonFault | undefined;

  /** Moves on over what the pattern matches here; a pattern is sticky. */
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const isThere = (pattern: RegExp): boolean => take(pattern) !== undefined;
  const lose = (kind: JsonFault['kind'], length: number): void => {
    lossy ??= { kind, offset: at - length };
  };

  const value = (): boolean => {
    take(space);
    if (isThere(/\{/y)) return items(memberOf(new Set()), /\}/y);
    if (isThere(/\[/y)) return items(value, /\]/y);
    const digits = take(number);
    if (digits !== undefined && !isExact(digits)) lose('inexact-number', digits.length);
    return digits !== undefined || isThere(string) || isThere(/(?:true|false|null)\b/y);
  };

  const memberOf = (keys: Set<unknown>) => (): boolean => {
    take(space);
    const written = take(string);
    if (written === undefined) return false;
    const key: unknown = JSON.parse(written);
    if (keys.has(key)) lose('repeated-key', written.length);
    keys.add(key);
    take(space);
    return isThere(/:/y) && value();
  };

  const items = (item: () => boolean, close: RegExp): boolean => {
    take(space);
    if (isThere(close)) return true;
    isDeep ||= depth === mostDepth;
    if (isDeep) return false;
    depth++;
    do {
      if (!item()) return false;
      take(space);
    } while (isThere(/,/y));
    depth--;
    return isThere(close);
  };

  const isWhole = value();
  if (isWhole) take(space);
  return isWhole && at === text.length ? lossy : { kind: isDeep ? 'depth' : 'syntax', offset: at };
}

/** A task definition has six levels or so. */
const mostDepth = 100;

const space = /[ \t\r\n]*/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids control characters in strings
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Whether a number as it is written in decimal is the number that a program holds: 9007199254740993 is not, nor is 1e400.
 * How it is written (1.10, 1e3) does not matter.
 */
export function isExact(written: string): boolean {
  const held = decimalOf(String(Number(written)));
  return held !== undefined && held === decimalOf(written);
}

/** Digits and exponent, without zeros at either end; undefined for what is not written in decimal. */
function decimalOf(text: string): string | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const short = withoutLastZeros(digits);
  if (short === '') return '0';
  return `${sign === '-' ? '-' : ''}${short}e${Number(exponent) - fraction.length + digits.length - short.length}`;
}

/** In one pass from the end: a pattern would begin at each zero again. */
function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
