/** Several measurements of one thing. */
export interface Spread {
  readonly median: number;
  readonly worst: number;
  readonly count: number;
}

/** @throws RangeError without any measurement */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [lower, upper] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  const worst = sorted.at(-1);
  if (lower === undefined || upper === undefined || worst === undefined)
    throw new RangeError('nothing was measured');
  return { median: (lower + upper) / 2, worst, count: sorted.length };
}
