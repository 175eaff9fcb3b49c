/**
 * A job summary as a page for a browser. It knows the Markdown that this project's summaries are made of (headings,
 * tables, lists, fenced text, bold, escapes, HTML tags of their own lines) and no more.
 */
export function markdownPage(title: string, markdown: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; } td, th { border: 1px solid #8886; padding: .3rem .7rem; text-align: left; }
  pre { background: #8882; padding: 1rem; overflow: auto; border-radius: .4rem; } code { background: #8882; }
</style>
${blocks(markdown).join('\n')}
</html>
`;
}

function blocks(markdown: string): readonly string[] {
  const lines = markdown.split('\n');
  const out: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const fence = /^(`{3,})/.exec(line)?.[1];
    const heading = /^(#{1,6}) (.*)$/.exec(line);
    if (fence !== undefined) {
      const end = lines.indexOf(fence, at + 1);
      out.push(`<pre>${escaped(lines.slice(at + 1, end < 0 ? undefined : end).join('\n'))}</pre>`);
      at = end < 0 ? lines.length : end;
    } else if (heading !== null) {
      const level = heading[1]?.length ?? 1;
      out.push(`<h${level}>${inline(heading[2] ?? '')}</h${level}>`);
    } else if (/^[|>-]/.test(line)) {
      const kind = line[0] ?? '';
      const end = lines.findIndex((other, index) => index > at && !other.startsWith(kind));
      const run = lines.slice(at, end < 0 ? undefined : end);
      out.push(kind === '|' ? table(run) : list(kind, run));
      at += run.length - 1;
    } else if (/^<\/?(table|tr|details|summary|sub)\b/.test(line)) {
      out.push(inline(line));
    } else if (line.trim() !== '') {
      out.push(`<p>${inline(line)}</p>`);
    }
  }
  return out;
}

function table([head = '', , ...rows]: readonly string[]): string {
  const cells = (row: string, tag: string): string =>
    row
      .replaceAll(/^\||\|$/g, '')
      .split(/(?<!\\)\|/)
      .map((cell) => `<${tag}>${inline(cell.trim())}</${tag}>`)
      .join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('');
  return `<table><tr>${cells(head, 'th')}</tr>${body}</table>`;
}

function list(kind: string, run: readonly string[]): string {
  const items = run.map((line) => inline(line.slice(2)));
  return kind === '>'
    ? `<blockquote>${items.join('<br>')}</blockquote>`
    : `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

/** Text from outside comes escaped: a backslash keeps the character after it from meaning anything. */
function inline(text: string): string {
  return text
    .replaceAll(/\\([!-/:-@[-`{-~])/g, (_, character: string) => `&#${character.charCodeAt(0)};`)
    .replaceAll(/\*\*(.+?)\*\*/g, '<b>$1</b>')
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
