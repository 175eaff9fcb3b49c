import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotReadable, readBounded } from '../../src/process/read-file.ts';
import { loadFile } from '../../src/task-definition/load.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-file-'));
  writeFileSync(join(folder, 'small'), 'x'.repeat(2048));
  symlinkSync('/dev/zero', join(folder, 'device'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  writeFileSync(join(folder, 'large.json'), `{"containerDefinitions": []${' '.repeat(256 * 1024)}}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file of the checkout', () => {
  it('is read up to what it can have', async () => {
    expect((await readBounded(join(folder, 'small'), 2048)).length).toBe(2048);
  });

  it.each([
    ['small', 'is larger than 1 KiB'],
    ['device', 'is not a file'],
    ['pipe', 'is not a file'],
    ['.', 'is not a file'],
  ])('that is %s is not read: it %s', async (name, message) => {
    await expect(readBounded(join(folder, name), 2047)).rejects.toEqual(new NotReadable(message));
  });

  it('that is missing is told by the system', async () => {
    await expect(readBounded(join(folder, 'none'), 1)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is no task definition when it is larger than one', async () => {
    await expect(loadFile('large.json', folder)).rejects.toMatchObject({
      code: 'task-definition-unreadable',
      message: 'The task definition large.json cannot be used: it is larger than 256 KiB.',
    });
  });
});
