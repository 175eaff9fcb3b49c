/** The entries of a list, one per line. */
export interface Entries {
  readonly entries: readonly string[];
  /** The line of a quote that isn't closed; nothing from there on is an entry. */
  readonly openQuoteLine: number | undefined;
}

/**
 * Reads the entries of a list. An entry that begins with a double quote goes to the closing one, over line ends too, and
 * has `""` for a quote in it: that is how build-push-action writes values of several lines. A quote that is closed in
 * the middle of a line is part of that line.
 */
export function readEntries(text: string): Entries {
  const entries: string[] = [];
  // Blank lines are skipped in one step, so that each of them is read once.
  let rest = text.trimStart();
  while (rest !== '') {
    const quoted = /^"((?:[^"]|"")*)"[^\S\n]*(?:\n|$)/.exec(rest);
    if (quoted === null && /^"(?:[^"]|"")*$/.test(rest))
      return { entries, openQuoteLine: text.slice(0, text.length - rest.length).split('\n').length };
    const line = quoted ?? /^([^\n]*)(?:\n|$)/.exec(rest);
    const entry = quoted === null ? line?.[1]?.trim() : quoted[1]?.replaceAll('""', '"');
    if (entry !== undefined && entry !== '') entries.push(entry);
    rest = rest.slice(line?.[0].length ?? rest.length).trimStart();
  }
  return { entries, openQuoteLine: undefined };
}
