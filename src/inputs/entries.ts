/**
 * The entries of a list, one a line. An entry that begins with a quote goes to the closing one, over line ends too,
 * and has `""` for a quote in it: that is how build-push-action writes values of several lines.
 */
export function readEntries(text: string): readonly string[] {
  const entries: string[] = [];
  // Blank lines are no entries: skipped at once, they are not looked at again from each of them.
  let rest = text.trimStart();
  while (rest !== '') {
    const quoted = /^"((?:[^"]|"")*)"[^\S\n]*(?:\n|$)/.exec(rest);
    const line = quoted ?? /^([^\n]*)(?:\n|$)/.exec(rest);
    const entry = quoted === null ? line?.[1]?.trim() : quoted[1]?.replaceAll('""', '"');
    if (entry !== undefined && entry !== '') entries.push(entry);
    rest = rest.slice(line?.[0].length ?? rest.length).trimStart();
  }
  return entries;
}
