/** Hides secrets in the output of a program. */
export interface Cover {
  readonly cover: (text: string) => string;
  /** The length of the longest secret. */
  readonly longest: number;
}

/** @param hidden not empty, the longest first: one may contain another */
export function coverOf(hidden: readonly string[]): Cover {
  return {
    cover: (text) => hidden.reduce((shown, one) => shown.replaceAll(one, '***'), text),
    longest: hidden[0]?.length ?? 0,
  };
}

export const noCover = coverOf([]);

/** A line of a program, as printed and as shown. */
export interface Printed {
  /** For parsing: hiding a secret could damage a digest. */
  readonly raw: string;
  readonly shown: string;
}

/**
 * @param text at most `mostCharacters` plus the length of the longest secret
 * @param isCut whether the line went on
 */
export function printedLine(text: string, isCut: boolean, { cover, longest }: Cover): Printed {
  const covered = cover(text);
  // The cut may have split a secret, whose first part is then not hidden.
  const whole = isCut ? covered.slice(0, Math.max(0, covered.length - longest)) : covered;
  return { raw: text.slice(0, mostCharacters), shown: whole.slice(0, mostCharacters) };
}

/** The most characters kept of a line. Every pattern that reads lines is tested with this length. */
export const mostCharacters = 4000;
