import { htmlOf } from '../../scripts/markdown-page.ts';

/** A page as a reader's browser has it. */
export interface Rendered {
  /** Each tag with its attributes. */
  readonly elements: readonly string[];
  /** The texts between the tags; not those of `<pre>`, in which GitHub looks for nothing. */
  readonly texts: readonly string[];
}

/** Markdown rendered as GitHub does. Tags of `<span>` are not told: we set them and they show nothing. */
export function render(markdown: string): Rendered {
  const html = htmlOf(markdown);
  return {
    elements: (html.match(tag) ?? []).filter((one) => !/^<\/?span>$/.test(one)),
    texts: html
      .replaceAll(/<pre>[^]*?<\/pre>/g, '')
      .split(tag)
      .map(withoutReferences),
  };
}

/** Markdown as a person reads it: what stands as a character reference is shown as its character. */
export function readable(markdown: string): string {
  return withoutReferences(markdown.replaceAll(/<span>(&#\d+;)<\/span>/g, '$1'));
}

/** What GitHub makes something of in a text: `@a`, `#1`, `GH-1`, `https://`, `www.`, `a@b.c`, `:tada:`, `$x$`. */
export const meansSomething = /@\w|\w@|#\d|\bgh-\d|\w:\/\/|www\.|:[\w+-]+:|\$[^]|[^]\$/i;

const tag = /<[^>]*>/g;

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };

function withoutReferences(html: string): string {
  return html.replaceAll(
    /&(?:#(\d+)|(lt|gt|quot|amp));/g,
    (_reference, code?: string, name = '') => named[name] ?? String.fromCodePoint(Number(code)),
  );
}
