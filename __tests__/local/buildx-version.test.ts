import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBuildx } from '../../src/docker/docker.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fargate docker-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A docker command that does what a script says. */
function machineWith(script: string): NodeJS.ProcessEnv {
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: `${folder}:/bin:/usr/bin`, GIVEN: 'given', LEFT_OUT: undefined };
}

const unaborted = new AbortController().signal;

it.each<[string, string, string | undefined]>([
  ['a version', 'echo "github.com/docker/buildx v0.31.1 abc"', '0.31.1'],
  [
    'the arguments and the environment that are given',
    'test "$*/$GIVEN" = "buildx version/given" && echo "buildx v2.0.0"',
    '2.0.0',
  ],
  ['an exit code', 'echo "buildx v0.31.1"; exit 1', undefined],
  ["docker's own help", 'echo "Usage: docker [OPTIONS] COMMAND"', undefined],
])('is told by %s', async (_what, script, version) => {
  const found = await findBuildx(machineWith(script), unaborted);
  expect(found?.replace(/^v/, '')).toBe(version);
});

it('is none without docker, and where docker can not be started', async () => {
  expect(await findBuildx({ PATH: folder }, unaborted)).toBeUndefined();
  writeFileSync(join(folder, 'docker'), 'not a program', { mode: 0o755 });
  expect(await findBuildx({ PATH: folder }, unaborted)).toBeUndefined();
});

it('prints nothing of what docker says', async () => {
  const printed: unknown[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: unknown) => printed.push(text) > 0;
  try {
    await findBuildx(machineWith('echo "::error::buildx v1"; echo "::error::x" >&2'), unaborted);
  } finally {
    process.stdout.write = write;
  }
  expect(printed).toEqual([]);
});

it('is not waited for by a run that is cancelled', async () => {
  const reason = new Error('cancelled');
  const run = new AbortController();
  const found = findBuildx(machineWith('exec sleep 1'), run.signal);
  run.abort(reason);
  await expect(found).rejects.toBe(reason);
});
