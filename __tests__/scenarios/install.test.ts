import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Packages by name; `npm ci` of this test only writes down what was requested. */
type Packages = Readonly<Record<string, { version: string; dev?: true; optional?: true }>>;

const locked: Packages = {
  used: { version: '1.0.0' },
  tool: { version: '2.0.0', dev: true },
  'on-another-platform': { version: '3.0.0', optional: true },
};
const used = { used: { version: '1.0.0' } };
const all = { ...used, tool: { version: '2.0.0' } };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-test-'));
  for (const name of ['scripts/demo', 'node_modules', 'bin'])
    mkdirSync(join(folder, name), { recursive: true });
  cpSync(join(root, 'scripts/run.mjs'), join(folder, 'scripts/run.mjs'));
  for (const script of ['demo/demo.ts', 'tasks.ts']) {
    writeFileSync(join(folder, 'scripts', script), 'console.log("ran", ...process.argv.slice(2));\n');
  }
  writeFileSync(join(folder, 'package-lock.json'), lockOf(locked));
});
afterEach(() => rmSync(folder, { recursive: true }));

function lockOf(packages: Packages): string {
  const entries = Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry]);
  return JSON.stringify({ packages: { '': { name: 'root' }, ...Object.fromEntries(entries) } });
}

function run(script: string, npmExitCode = 0) {
  const npm = join(folder, 'bin/npm');
  writeFileSync(npm, `#!/bin/sh\necho "$@" > ${folder}/npm\nexit ${npmExitCode}\n`, { mode: 0o755 });
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'scripts/run.mjs'), script, 'a'],
    {
      encoding: 'utf8',
      env: { PATH: [join(folder, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter) },
    },
  );
  return { status, stdout, stderr: stderr.replace(/\d+ s\./, '1 s.') };
}

it.each([
  [
    'the demo',
    'scripts/demo/demo.ts',
    undefined,
    '--omit=dev --omit=optional ',
    'the packages this needs (a',
  ],
  ['a task', 'scripts/tasks.ts', undefined, '', 'everything that builds and tests the action'],
  ['a task after the demo', 'scripts/tasks.ts', used, '', 'everything that builds and tests the action'],
  [
    'the demo, of an older lock file',
    'scripts/demo/demo.ts',
    { used: { version: '0.9.0' } },
    '--omit=dev --omit=optional ',
    'the packages this needs (a',
  ],
])('installs what %s needs, says how much it downloads, and starts it', (_, script, present, omit, what) => {
  if (present !== undefined) {
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), lockOf(present));
  }
  const { status, stdout, stderr } = run(script);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'ran a\n', stderr });
  expect(stderr).toMatch(
    new RegExp(`^Installing ${what.replace('(', '\\(')}.*MB\\)\\. This happens once\\.\n`),
  );
  expect(readFileSync(join(folder, 'npm'), 'utf8')).toBe(
    `ci ${omit}--ignore-scripts --no-audit --no-fund --loglevel=error\n`,
  );
});

it.each([
  ['the demo', 'scripts/demo/demo.ts', used],
  ['the demo after a task', 'scripts/demo/demo.ts', all],
  ['a task', 'scripts/tasks.ts', all],
])('installs nothing for %s where npm has recorded what it needs', (_, script, present) => {
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), lockOf(present));
  expect(run(script, 1)).toEqual({ status: 0, stdout: 'ran a\n', stderr: '' });
});

it('starts nothing when npm fails', () => {
  const { status, stdout, stderr } = run('scripts/demo/demo.ts', 1);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('Can this machine reach the npm registry?');
});
