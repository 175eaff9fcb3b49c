import { withoutCredentials } from './credentials.ts';

/**
 * A text from outside (container logs, ECS messages, image names) as one that can be printed and compared: one line
 * without space around it, and of bounded length.
 */
export function plain(text: string, mostCharacters = 1000): string {
  const cleaned = printable(text).trim();
  return cleaned.length > mostCharacters
    ? `${cleaned.slice(0, mostCharacters).replace(halfCharacter, '')} ... (${cleaned.length - mostCharacters} characters more)`
    : cleaned;
}

/**
 * The same with its indent and in full length: no control characters, no escape sequences, no characters that are not
 * seen or reorder the line, straight apostrophes, no credentials in addresses. Typographic apostrophes are in AWS's newer
 * messages.
 */
export function printable(text: string): string {
  const readable = text
    .replaceAll(escapeSequence, '')
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/[\t\r\n]+/g, ' ')
    .replaceAll(unprintable, '');
  // Last: what was taken out could stand in the middle of an address.
  return withoutCredentials(readable);
}

// ANSI: CSI and OSC sequences, and lone escapes with one character.
const escapeSequence = new RegExp(
  String.raw`\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b.`,
  'g',
);
// Controls, formats (bidirectional, zero-width, tags, the byte-order mark), line separators, halves of characters.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** A character of two code units, cut in the middle. */
const halfCharacter = /[\ud800-\udbff]$/;
