import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pauseImage } from '../../local/docker/pause-image.ts';
import { tar } from '../../local/docker/tar.ts';

describe('an archive', () => {
  it('is what tar reads', () => {
    const archive = tar([
      { name: 'etc', directory: true },
      { name: 'etc/hello', content: Buffer.from('hello\n'), mode: 0o644 },
      { name: 'sh', linkTo: 'busybox' },
      { name: 'run', content: Buffer.alloc(512) },
    ]);
    const listed = execFileSync('tar', ['-tvf', '-'], { input: archive, encoding: 'utf8' });
    const lines = listed
      .trim()
      .split('\n')
      .map((line) => line.replaceAll(/\s+/g, ' ').split(' '));
    expect(lines.map(([mode = '', , size = '', , , ...name]) => [mode, size, name.join(' ')])).toEqual([
      ['drwxr-xr-x', '0', 'etc/'],
      ['-rw-r--r--', '6', 'etc/hello'],
      ['lrwxrwxrwx', '0', 'sh -> busybox'],
      ['-rwxr-xr-x', '512', 'run'],
    ]);
    expect(execFileSync('tar', ['-xOf', '-', 'etc/hello'], { input: archive, encoding: 'utf8' })).toBe(
      'hello\n',
    );
  });

  it('refuses names that do not fit', () => {
    expect(() => tar([{ name: 'x'.repeat(101), directory: true }])).toThrow('too long');
  });
});

describe('the pause image', () => {
  it.each([
    ['x86_64', 'linux/amd64', 62],
    ['aarch64', 'linux/arm64', 183],
    ['arm64', 'linux/arm64', 183],
  ])('for %s is a program for %s', (architecture, platform, machine) => {
    const image = pauseImage(architecture);
    const file = image.archive.subarray(512);
    expect({
      platform: image.platform,
      magic: file.toString('latin1', 0, 4),
      machine: file.readUInt16LE(18),
      // The entry is the first byte after both headers, and the segment ends with the code.
      entry: file.readBigUInt64LE(24) - file.readBigUInt64LE(80),
      isWhole: file.readBigUInt64LE(96) > 120n && file.readBigUInt64LE(96) < 160n,
    }).toEqual({ platform, magic: '\x7fELF', machine, entry: 120n, isWhole: true });
  });

  it('refuses other processors', () => {
    expect(() => pauseImage('riscv64')).toThrow('riscv64');
  });

  const here = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string];
  (process.platform === 'linux' && here !== undefined ? it : it.skip)('waits until it is killed', () => {
    const { archive } = pauseImage(here ?? '');
    const size = Number.parseInt(archive.toString('latin1', 124, 135), 8);
    const folder = mkdtempSync(join(tmpdir(), 'pause-'));
    const program = join(folder, 'pause');
    try {
      writeFileSync(program, archive.subarray(512, 512 + size), { mode: 0o755 });
      const run = () => execFileSync(program, { timeout: 200, killSignal: 'SIGKILL' });
      expect(run).toThrow(expect.objectContaining({ code: 'ETIMEDOUT', signal: 'SIGKILL' }));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
