import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepSummary, openResults } from '../../scripts/results.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'results-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('each run has a folder of its own, and the newest twenty stay', () => {
  const days = Array.from({ length: 21 }, (_, index) => `2026-01-${String(index + 1).padStart(2, '0')}`);
  for (const day of days) openResults(folder, new Date(`${day}T10:00:00Z`));
  // Folders that an earlier version named after the process alone are the oldest.
  mkdirSync(join(folder, '1234'));
  openResults(folder, new Date('2026-02-01T10:00:00Z'));
  expect(readdirSync(folder).toSorted()).toEqual(
    [...days.slice(2), '2026-02-01'].map((day) => `${day}T10-00-00-${process.pid}`),
  );
});

it('a summary is kept as Markdown and as a page, which has the note below it', () => {
  const own = openResults(folder);
  const page = keepSummary(own, {
    name: 'summary',
    title: 'Version 1',
    summary: '## deployed',
    note: 'Fast.',
  });
  expect(page).toMatch(/^file:\/\/\/.*\/summary\.html$/);
  expect(readFileSync(fileURLToPath(page), 'utf8')).toMatch(/<h2>deployed<\/h2>\n<p><sub>Fast\.<\/sub>/);
  expect(readFileSync(join(own, 'summary.md'), 'utf8')).toBe('## deployed');
});
