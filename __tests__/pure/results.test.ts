import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepSummary, openResults } from '../../scripts/results.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'results-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('are apart from those of a run at the same time, and take the place of those of a run that is over', () => {
  const [running, over] = [process.ppid, spawnSync(process.execPath, ['--version']).pid];
  for (const pid of [running, over]) mkdirSync(join(folder, String(pid)));
  const own = openResults(folder);
  expect(readdirSync(folder).toSorted()).toEqual([String(process.pid), String(running)].toSorted());

  const page = keepSummary(own, { name: 'summary', title: 'Version 1', summary: '## deployed' });
  expect(readFileSync(page, 'utf8')).toContain('<h2>deployed</h2>');
  expect(readFileSync(join(own, 'summary.md'), 'utf8')).toBe('## deployed');
});
