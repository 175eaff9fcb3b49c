import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isGone, owner } from '../local/docker/owner.ts';
import { markdownPage } from './markdown-page.ts';

/**
 * Makes the folder for what one run leaves to read, one for each process, since two may run at once. Folders of runs
 * that are over are removed.
 */
export function openResults(folder: string): string {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (isGone(owner(Number(name)))) rmSync(join(folder, name), { recursive: true, force: true });
  }
  const own = join(folder, String(process.pid));
  mkdirSync(own, { recursive: true });
  return own;
}

/** Keeps a job summary as Markdown and as a page; answers the page's path. */
export function keepSummary(
  folder: string,
  { name, title, summary }: { readonly name: string; readonly title: string; readonly summary: string },
): string {
  writeFileSync(join(folder, `${name}.md`), summary);
  const page = join(folder, `${name}.html`);
  writeFileSync(page, markdownPage(title, summary));
  return page;
}
