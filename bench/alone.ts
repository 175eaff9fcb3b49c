import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustBe } from './rollout.ts';
import { type Spread, spreadOf } from './spread.ts';
import { type Measured, program, startStage } from './stage.ts';

/** What is so short that the machine must do nothing else meanwhile. */
export interface Alone {
  /** A script with nothing in it: what this machine needs for Node.js itself. */
  readonly emptySeconds: Spread;
  /** The bundle without any input, which ends at once by saying what is missing. */
  readonly startUpSeconds: Spread;
  /** A step that finds its version running already. */
  readonly unchanged: Short;
  /** A step with `wait-for-service-stability: false`. */
  readonly notWaited: Short;
}

interface Short {
  readonly seconds: Spread;
  readonly example: Measured;
}

/** Measures in turn, so that other load on the machine affects all in the same way and their ratios hold. */
export async function measureAlone(times: number): Promise<Alone> {
  await using stage = await startStage({ services: { same: {}, begun: {} }, speed: 20 });
  const folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-bench-'));
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const turns: { empty: number; startUp: number; unchanged: Measured; notWaited: Measured }[] = [];
  try {
    // The first turn brings the files into the system's cache and is not counted.
    for (let turn = 0; turn <= times; turn++) {
      turns.push({
        empty: await secondsOf(empty, folder),
        startUp: await secondsOf(program, folder),
        unchanged: await stage.run(['same'], { image: 'v1' }),
        notWaited: await stage.run(['begun'], notWaitedFor),
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const counted = turns.slice(1);
  return {
    emptySeconds: spreadOf(counted.map((turn) => turn.empty)),
    startUpSeconds: spreadOf(counted.map(({ startUp }) => startUp)),
    unchanged: short(
      'unchanged',
      counted.map(({ unchanged }) => unchanged),
    ),
    notWaited: short(
      'started',
      counted.map(({ notWaited }) => notWaited),
    ),
  };
}

const notWaitedFor = {
  image: 'v2',
  'force-new-deployment': 'true',
  'wait-for-service-stability': 'false',
};

function secondsOf(script: string, cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const env = { PATH: process.env.PATH ?? '', RUNNER_TEMP: cwd, GITHUB_WORKSPACE: cwd };
    spawn(process.execPath, [script], { cwd, env, stdio: 'ignore' })
      .once('error', reject)
      .once('exit', () => resolve((performance.now() - started) / 1000));
  });
}

function short(result: string, all: readonly Measured[]): Short {
  for (const one of all) mustBe(result, one);
  const [example] = all;
  if (example === undefined) throw new RangeError('nothing was measured');
  return { seconds: spreadOf(all.map(({ step }) => step.durationMilliseconds / 1000)), example };
}
