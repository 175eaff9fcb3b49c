import { plain, printable } from './plain.ts';

/** Texts from outside stand in a fence longer than any run of backticks in them. */
export function fenced(lines: readonly string[], language = 'text', most = 50): readonly string[] {
  const shown = lines.slice(-most).map((line) => printable(line).slice(0, 1000));
  const longest = Math.max(0, ...shown.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}${language}`, ...shown, fence, ''];
}

/**
 * Nothing of a text is taken as Markdown or HTML, nor as what GitHub finds in a text: addresses of pages, mentions and
 * formulas. A backslash does not help against the last two.
 */
export function text(raw: string): string {
  return html(raw)
    .replaceAll(/[\\`*_{}[\]()#+!|~]/g, String.raw`\$&`)
    .replaceAll(/:(?=\/\/)|(?<=www)\./gi, String.raw`\$&`)
    .replace(/^[-=]|^(\d+)\./, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`)
    .replaceAll(/[@$]/g, '<span>$&</span>');
}

export function code(raw: string): string {
  return `<code>${html(raw)}</code>`;
}

/** A link where there is one to be had; `shown` and `url` are HTML and an address of ours. */
export function link(shown: string, url: string | undefined): string {
  return url === undefined ? shown : `<a href="${html(url)}">${shown}</a>`;
}

export function bullets(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`**${title}**`, '', ...lines.map((line) => `- ${text(line)}`), ''];
}

/** Nothing of a text is taken as HTML; for a place where Markdown is not read. */
export function html(raw: string): string {
  return plain(raw).replaceAll(/[&<>"]/g, (character) => entities[character] ?? '');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
