/**
 * Where a text stops being JSON: the offset of the first thing that may not stand there, or the text's length when it
 * only ends too early. JSON.parse names the place for some faults and not for others.
 */
export function offsetOfJsonFault(text: string): number {
  let at = 0;

  /** Moves on over what the pattern matches here; a pattern is sticky. */
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found !== undefined;
  };

  const value = (): boolean => {
    take(space);
    if (take(/\{/y)) return items(member, /\}/y);
    if (take(/\[/y)) return items(value, /\]/y);
    return take(string) || take(number) || take(/(?:true|false|null)\b/y);
  };

  const member = (): boolean => {
    take(space);
    if (!take(string)) return false;
    take(space);
    return take(/:/y) && value();
  };

  const items = (item: () => boolean, close: RegExp): boolean => {
    take(space);
    if (take(close)) return true;
    do {
      if (!item()) return false;
      take(space);
    } while (take(/,/y));
    return take(close);
  };

  if (value()) take(space);
  return at;
}

const space = /[ \t\r\n]*/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids control characters in strings
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
