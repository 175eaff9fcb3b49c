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
