/** A part of the job summary; the more important, the later it is left out. */
export interface Part {
  readonly importance: number;
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * The parts, in their order, as far as they fit; the least important are left out first, of equal ones the last, and a
 * line says which. Pure.
 *
 * @param most characters in all
 */
export function fit(parts: readonly Part[], most: number): string {
  const kept = new Set(parts);
  let length = parts.reduce((sum, part) => sum + lengthOf(part), 0);
  const leastFirst = parts
    .map((part, index) => ({ part, index }))
    .toSorted((a, b) => a.part.importance - b.part.importance || b.index - a.index);
  for (const { part } of leastFirst) {
    if (length <= most) break;
    kept.delete(part);
    length -= lengthOf(part);
  }
  const left = parts.filter((part) => !kept.has(part));
  const counts = new Map<string, number>();
  for (const { title } of left) counts.set(title, (counts.get(title) ?? 0) + 1);
  const titles = [...counts].map(([title, count]) => (count === 1 ? title : `${title} (${count})`));
  return [
    ...parts.filter((part) => kept.has(part)).flatMap(({ lines }) => lines),
    ...(left.length === 0 ? [] : [`<sub>Left out for its size: ${titles.join(', ')}.</sub>`, '']),
  ].join('\n');
}

function lengthOf({ lines }: Part): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
