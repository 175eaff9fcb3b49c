import { withoutCredentials } from './credentials.ts';

/**
 * Makes a text from outside (container logs, ECS messages, image names) fit to print and compare: one trimmed line of
 * bounded length.
 */
export function plain(text: string, mostCharacters = 1000): string {
  const cleaned = printable(text).trim();
  return cleaned.length > mostCharacters
    ? `${cleaned.slice(0, mostCharacters).replace(halfCharacter, '')} ... (${cleaned.length - mostCharacters} more characters)`
    : cleaned;
}

/**
 * The same, but with its indent and in full length: no control characters or escape sequences, no invisible or
 * reordering characters, no credentials in URLs, and straight apostrophes, as AWS's newer messages have typographic ones.
 */
export function printable(text: string): string {
  const readable = text
    .replaceAll(escapeSequence, '')
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/[\t\r\n]+/g, ' ')
    .replaceAll(unprintable, '');
  // Last, because a removed character may have been inside a URL.
  return withoutCredentials(readable);
}

// ANSI: CSI and OSC sequences, and lone escapes with one character.
const escapeSequence = new RegExp(
  String.raw`\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b.`,
  'g',
);
// Controls, formats (bidirectional, zero-width, tags, the byte-order mark), line separators, lone surrogates.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** The first half of a surrogate pair that was cut. */
const halfCharacter = /[\ud800-\udbff]$/;
