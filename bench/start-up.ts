import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Spread, spreadOf } from './spread.ts';
import { bundle } from './stage.ts';

/** Bytes of all that GitHub fetches and Node.js may have to read. */
export function bundleBytes(): number {
  return readdirSync(dirname(bundle), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

export interface StartUp {
  readonly bundleSeconds: Spread;
  /** A script with nothing in it, for comparison: what this machine needs for Node.js itself. */
  readonly emptySeconds: Spread;
}

/**
 * Starts the bundle without any input, so that it ends at once with what is missing, and an empty script; in turn, so
 * that what else the machine does hits both alike.
 */
export async function measureStartUp(times: number): Promise<StartUp> {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-bench-'));
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const bundleSeconds: number[] = [];
  const emptySeconds: number[] = [];
  try {
    // One start each that is not counted brings the files into the system's cache.
    for (let turn = 0; turn <= times; turn++) {
      const [blank, whole] = [await secondsOf(empty, folder), await secondsOf(bundle, folder)];
      if (turn === 0) continue;
      emptySeconds.push(blank);
      bundleSeconds.push(whole);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { bundleSeconds: spreadOf(bundleSeconds), emptySeconds: spreadOf(emptySeconds) };
}

function secondsOf(script: string, cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const env = { PATH: process.env.PATH ?? '', RUNNER_TEMP: cwd, GITHUB_WORKSPACE: cwd };
    spawn(process.execPath, [script], { cwd, env, stdio: 'ignore' })
      .once('error', reject)
      .once('exit', () => resolve((performance.now() - started) / 1000));
  });
}
