import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld } from './world.ts';

const hour = 3_600_000;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-moved-clock-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Sets the date of the step's process again and again, as somebody who corrects the machine's clock does: each half
 * second it is another of these, in turn.
 */
function movedBy(name: string, offsets: readonly number[]): Readonly<Record<string, string>> {
  const file = join(folder, `${name.replaceAll(' ', '-')}.mjs`);
  writeFileSync(
    file,
    `const offsets = ${JSON.stringify(offsets)};
     const { Date: Real } = globalThis;
     const now = () => Real.now() + offsets[Math.floor(performance.now() / 500) % offsets.length];
     globalThis.Date = class extends Real {
       constructor(...given) {
         if (given.length === 0) super(now());
         else super(...given);
       }
       static now() { return now(); }
     };`,
  );
  return { NODE_OPTIONS: `--import=file://${file}` };
}

const moves = [
  { name: 'set back', offsets: [0, -6 * hour] },
  { name: 'set forward', offsets: [0, 6 * hour] },
  { name: 'set back further and further', offsets: [0, -1, -2, -3, -4, -5, -6, -7, -8].map((n) => n * hour) },
  { name: 'set forward further and further', offsets: [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => n * hour) },
];

describe.each(moves)('while the clock of the machine is $name', ({ name, offsets }) => {
  it.concurrent('a version that comes up is deployed, in its time', async () => {
    await using world = await startWorld({ behaviours: { v2: { pullSeconds: 40 } } });
    const run = await world.deploy({ image: 'v2' }, movedBy(`${name}-good`, offsets));
    const { exitCode, log, outputs, durationMilliseconds } = run;
    expect({ log, exitCode, result: outputs.result }).toEqual({ log, exitCode: 0, result: 'deployed' });
    const seconds = Number(outputs['duration-seconds']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(Math.ceil(durationMilliseconds / 1000));
    expect(await world.settled()).toBe('v2');
  });

  it.concurrent('a version that crashes is rolled back for that', async () => {
    await using world = await startWorld({ behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1 } } } });
    const { exitCode, log, outputs } = await world.deploy({ image: 'v2' }, movedBy(`${name}-bad`, offsets));
    expect({ log, exitCode, outputs }).toMatchObject({
      log,
      exitCode: 1,
      outputs: { result: 'rolled-back', reason: 'tasks-failed' },
    });
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('a run is cancelled, and post follows the rollback', async () => {
    await using world = await startWorld({ behaviours: { v2: { pullSeconds: 1200 } } });
    const environment = movedBy(`${name}-cancelled`, offsets);
    const step = world.start({ image: 'v2' }, environment);
    await step.printed(/new tasks running/);
    step.send('SIGINT');
    const post = await world.post({ image: 'v2' }, await step.finished, environment);
    expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: post.log, exitCode: 0 });
    expect(post.log).toMatch(/Rolled back: web runs web:1 again/);
    expect(await world.settled()).toBe('v1');
  });
});
