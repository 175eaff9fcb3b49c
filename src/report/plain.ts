/**
 * A text from outside (container logs, ECS messages, image names) as one that can be printed and compared: no control
 * characters, no escape sequences, no characters that reorder the line, straight apostrophes, a bounded length.
 * Typographic apostrophes are in AWS's newer messages.
 */
export function plain(text: string, mostCharacters = 1000): string {
  const cleaned = text
    .replaceAll(escapeSequence, '')
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/[\t\r\n]+/g, ' ')
    .replaceAll(unprintable, '')
    .trim();
  return cleaned.length > mostCharacters
    ? `${cleaned.slice(0, mostCharacters)} ... (${cleaned.length - mostCharacters} characters more)`
    : cleaned;
}

// ANSI: CSI and OSC sequences, and lone escapes with one character.
const escapeSequence = new RegExp(
  String.raw`\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b.`,
  'g',
);
// C0 and C1 controls, bidirectional controls, zero-width characters, line separators, the byte-order mark.
const unprintable = new RegExp(
  String.raw`[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]`,
  'g',
);
