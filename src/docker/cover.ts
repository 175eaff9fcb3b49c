/** Hides secret texts in what a program prints. */
export interface Cover {
  readonly cover: (text: string) => string;
  /** How long the longest of these texts is. */
  readonly longest: number;
}

/** @param hidden none of them empty, the longest first: one may be a part of another */
export function coverOf(hidden: readonly string[]): Cover {
  return {
    cover: (text) => hidden.reduce((shown, one) => shown.replaceAll(one, '***'), text),
    longest: hidden[0]?.length ?? 0,
  };
}

export const noCover = coverOf([]);

/** A line as a program printed it, and as it may be shown. */
export interface Printed {
  /** For finding out what the program did: a covered text could be part of a digest. */
  readonly raw: string;
  readonly shown: string;
}

/**
 * @param text of at most `mostCharacters` and the longest hidden text more
 * @param isCut whether the line went on
 */
export function printedLine(text: string, isCut: boolean, { cover, longest }: Cover): Printed {
  const covered = cover(text);
  // Where the line was cut, a hidden text may have begun that is not whole, and so is not covered.
  const whole = isCut ? covered.slice(0, Math.max(0, covered.length - longest)) : covered;
  return { raw: text.slice(0, mostCharacters), shown: whole.slice(0, mostCharacters) };
}

/** The most characters that are kept of a line. Every pattern that reads lines is measured by it. */
export const mostCharacters = 4000;
