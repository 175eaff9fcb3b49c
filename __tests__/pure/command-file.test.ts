import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendWhole } from '../../src/process/command-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'command-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a value is appended', () => {
  const path = join(folder, 'state');
  writeFileSync(path, 'a=1\n');
  appendWhole(path, () => appendFileSync(path, 'b=2\n'));
  expect(readFileSync(path, 'utf8')).toBe('a=1\nb=2\n');
});

it('half a value, of a disk that is full, is taken out again', () => {
  const path = join(folder, 'state');
  writeFileSync(path, 'a=1\n');
  const append = (): never => {
    appendFileSync(path, 'b<<END\n2\n');
    throw new Error('ENOSPC');
  };
  expect(() => appendWhole(path, append)).toThrow('ENOSPC');
  expect(readFileSync(path, 'utf8')).toBe('a=1\n');
});

it.each([
  ['there is none', undefined],
  ['it is missing', '/nonexistent/state'],
  ['it is a device', '/dev/null'],
])('of a file that cannot be cut the error stays what it was: %s', (_what, path) => {
  const append = (): never => {
    throw new Error('ENOSPC');
  };
  expect(() => appendWhole(path, append)).toThrow('ENOSPC');
});
