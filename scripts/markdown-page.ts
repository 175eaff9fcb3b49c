import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { escaped, timelinePicture } from './timeline-picture.ts';

/**
 * A job summary as a page for a browser, light or dark like the reader's system. It loads nothing: style and pictures are
 * inline. The summary's HTML is kept, since text from outside can't contain any.
 */
export function markdownPage(title: string, markdown: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${style}</style>
${withPictures(htmlOf(markdown))}
</html>
`;
}

/** Markdown as GitHub renders it, including its HTML. */
export function htmlOf(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
}

/** GitHub draws Mermaid with a script; this page has the picture instead. */
function withPictures(html: string): string {
  return html.replaceAll(
    /<pre><code class="language-mermaid">([^]*?)<\/code><\/pre>/g,
    (block: string, code: string) => timelinePicture(unescaped(code)) ?? block,
  );
}

function unescaped(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

const style = `
  :root {
    color-scheme: light dark;
    --text: light-dark(#1f2328, #f0f6fc); --page: light-dark(#fff, #0d1117); --line: light-dark(#d1d9e0, #3d444d);
    --code: light-dark(#818b981f, #656c7633); --link: light-dark(#0969da, #4493f8);
    --bar: light-dark(#b6d7ff, #1f4a80); --done: light-dark(#c3e8cb, #20512b); --failed: light-dark(#ffc9c4, #7d2a27);
  }
  body {
    font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page);
    max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere;
  }
  a { color: var(--link); }
  table { border-collapse: collapse; display: block; max-width: 100%; overflow-x: auto; margin: 1rem 0; }
  td, th { border: 1px solid var(--line); padding: .3rem .7rem; text-align: left; overflow-wrap: normal; }
  td code, td a { overflow-wrap: anywhere; }
  code, pre { font-family: ui-monospace, monospace; font-size: .875em; background: var(--code); border-radius: .3rem; }
  code { padding: .1em .3em; }
  pre { padding: 1rem; overflow-x: auto; }
  pre code { font-size: 1em; background: none; padding: 0; }
  .timeline { display: block; width: 100%; height: auto; margin: 1rem 0; font: 12px system-ui, sans-serif; }
  .timeline text { fill: var(--text); dominant-baseline: central; }
  .timeline .section { font-weight: 600; }
  .timeline .tick { opacity: .7; }
  .timeline line { stroke: var(--line); }
  .timeline .bar { fill: var(--bar); }
  .timeline .done { fill: var(--done); }
  .timeline .failed { fill: var(--failed); }
`;
