import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** A job summary as a page for a browser. Its HTML stays as it is: what comes from outside has none. */
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
${htmlOf(markdown)}
</html>
`;
}

/** Markdown as GitHub reads it, with the HTML that stands in it. */
export function htmlOf(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
