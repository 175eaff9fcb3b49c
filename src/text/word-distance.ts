/** The known key that was probably meant: it differs in case, or by a slip or two. */
export function nearestOf(key: string, known: readonly string[]): string | undefined {
  const most = key.length <= 4 ? 1 : 2;
  return known
    .map((name) => ({ name, distance: distanceOf(plainOf(key), plainOf(name)) }))
    .toSorted((one, other) => one.distance - other.distance)
    .find(({ distance }) => distance <= most)?.name;
}

/** Makes `container_definitions` and `ContainerDefinitions` equal. */
function plainOf(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** The edit distance of two words, where swapping two neighboring letters counts as one edit. */
export function distanceOf(one: string, other: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      // Before the first letter stands undefined, which equals no letter of the other word.
      const isSwap = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + cost,
          isSwap ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
}
