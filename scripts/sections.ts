/**
 * Replaces a generated section of a document, between `<!-- name -->` and `<!-- /name -->`.
 *
 * @throws Error if the document lacks the section
 */
export function withSection(document: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  if (from === -1 || to < from)
    throw new Error(`The document has no section between ${start.trim()} and ${end}`);
  return `${document.slice(0, from + start.length)}\n${content}\n\n${document.slice(to)}`;
}

/** A table in Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
}

/** A bar would end the cell, and an angle bracket could start a tag. */
function cell(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
}
