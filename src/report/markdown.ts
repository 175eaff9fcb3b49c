import { plain, printable } from '../text/sanitize.ts';

/** A code block for texts from outside; its fence is longer than any run of backticks in them. */
export function fenced(lines: readonly string[], language = 'text', most = 50): readonly string[] {
  const shown = lines.slice(-most).map((line) => printable(line).slice(0, 1000));
  const longest = Math.max(0, ...shown.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}${language}`, ...shown, fence, ''];
}

/**
 * Escapes a text from outside so that it shows as it is in a paragraph, heading, cell, list or HTML of ours (even in
 * `<code>`, where GitHub parses Markdown). Special characters become character references, which Markdown and HTML show
 * but don't interpret. GitHub then searches the text for mentions, issues, emoji, formulas and URLs, so the character
 * that each begins with gets its own element, too.
 */
export function text(raw: string): string {
  return plain(raw).replaceAll(special, (character, begins?: string) =>
    begins === undefined ? reference(character) : `<span>${reference(character)}</span>`,
  );
}

const special = new RegExp(
  [
    // @someone, #1, GH-1, $formula$, :emoji:, https://, www.
    String.raw`([@#$]|(?<=gh)-(?=\d)|:(?=\S)|(?<=www)\.)`,
    String.raw`[&<>"\\\x60*_[\]|~]`,
    // The start of a line: a list, a rule, the line below a heading.
    String.raw`^[-+=]`,
    String.raw`(?<=^\d+)[.)](?!\S)`,
  ].join('|'),
  'gi',
);

export function code(raw: string): string {
  return `<code>${text(raw)}</code>`;
}

/** A link if there is a URL; `shown` is HTML, and `url` one of ours. */
export function link(shown: string, url: string | undefined): string {
  return url === undefined
    ? shown
    : `<a href="${printable(url).replaceAll(/[&<>"|\x60]/g, reference)}">${shown}</a>`;
}

export function bullets(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`**${title}**`, '', ...lines.map((line) => `- ${text(line)}`), ''];
}

/** Lines that GitHub shows when the title is clicked; `title` is HTML. Markdown in them needs the empty line. */
export function folded(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`<details><summary>${title}</summary>`, '', ...lines, '</details>', ''];
}

function reference(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
