import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { markdownPage } from './markdown-page.ts';

/** How many runs keep their results. */
const keptRuns = 20;

/**
 * Creates the folder for the results of one run, named after the time and the process, since two runs may start at once.
 * Keeps the newest twenty.
 */
export function openResults(folder: string, date = new Date()): string {
  const name = `${date.toISOString().slice(0, 19).replaceAll(':', '-')}-${process.pid}`;
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const older = (existsSync(folder) ? readdirSync(folder) : []).toSorted().slice(0, -keptRuns);
  for (const one of older) rmSync(join(folder, one), { recursive: true, force: true });
  return own;
}

/**
 * Keeps a job summary as Markdown, and as a page beside it.
 * @param note a sentence that stands below the summary on the page
 * @returns the page's address, which a terminal shows as a link
 */
export function keepSummary(
  folder: string,
  {
    name,
    title,
    summary,
    note = '',
  }: { readonly name: string; readonly title: string; readonly summary: string; readonly note?: string },
): string {
  writeFileSync(join(folder, `${name}.md`), summary);
  const page = join(folder, `${name}.html`);
  writeFileSync(page, markdownPage(title, note === '' ? summary : `${summary}\n\n<sub>${note}</sub>\n`));
  return pathToFileURL(page).href;
}
