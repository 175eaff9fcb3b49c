import { plain, printable } from '../text/sanitize.ts';

/** Texts from outside stand in a fence longer than any run of backticks in them. */
export function fenced(lines: readonly string[], language = 'text', most = 50): readonly string[] {
  const shown = lines.slice(-most).map((line) => printable(line).slice(0, 1000));
  const longest = Math.max(0, ...shown.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}${language}`, ...shown, fence, ''];
}

/**
 * A text from outside as one that shows itself and nothing else, wherever it stands: in a paragraph, a heading, a cell,
 * a list, or HTML of ours (`<code>` too: between such tags Markdown is read). What Markdown or HTML reads stands as a
 * character reference, which both show and neither reads. GitHub looks for mentions, issues, emoji, formulas and
 * addresses in the text that results from that, so what they begin with gets an element of its own as well.
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

/** A link if there is an address; `shown` is HTML, and `url` an address that we made. */
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
