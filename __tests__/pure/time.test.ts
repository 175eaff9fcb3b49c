import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inUtc } from '../../src/text/time.ts';

it('writes a date in one format and zone', () => {
  expect(inUtc(new Date('2026-11-28T09:20:00.999Z'))).toBe('2026-11-28 09:20:00 UTC');
});

it('is how every text of the action writes a date', () => {
  const root = join(import.meta.dirname, '../..');
  const others = globSync('src/**/*.ts', { cwd: root }).filter((path) =>
    /\.to(ISO|UTC|GMT|Locale\w*|Date|Time)String\(/.test(readFileSync(join(root, path), 'utf8')),
  );
  expect(others).toEqual(['src/text/time.ts']);
});
