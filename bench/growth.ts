import { readFileSync } from 'node:fs';
import { mustBe } from './rollout.ts';
import { type Measured, type Stage, startStage } from './stage.ts';

/** What one step costs that deploys to so many services at once; times in real milliseconds. */
export interface Many {
  readonly services: number;
  /** The whole step, where every service runs what was requested. */
  readonly unchanged: number;
  readonly good: GoodMany;
  readonly crashLoop: BadMany;
}

export interface GoodMany {
  readonly measured: Measured;
  /** From SUCCESSFUL of the last service to the exit of the step. */
  readonly untilExit: number;
  /** The most memory that the process of the step had resident. */
  readonly peakBytes: number;
}

interface BadMany {
  readonly measured: Measured;
  /** From the end of a service's third failed task to the arrival of its StopServiceDeployment; of each service. */
  readonly untilStop: readonly number[];
}

const sizes = [1, 10, 50];

/**
 * One step for 1, 10 and 50 services, against the rates that ECS publishes, in real time. All tasks of a size take the
 * same time, so everything changes for all services at once: as bad as it gets.
 */
export async function measureGrowth(): Promise<readonly Many[]> {
  const unchanged: number[] = [];
  // Short, so one after the other.
  for (const size of sizes) unchanged.push(await measureUnchanged(size));
  const good = await Promise.all(sizes.map(measureGood));
  const crashLoop = await Promise.all(sizes.map(measureBad));
  return sizes.flatMap((services, at): readonly Many[] => {
    const [whole, one, other] = [unchanged[at], good[at], crashLoop[at]];
    return whole === undefined || one === undefined || other === undefined
      ? []
      : [{ services, unchanged: whole, good: one, crashLoop: other }];
  });
}

/** The shortest of three: what disturbs a step only makes it longer. */
async function measureUnchanged(size: number): Promise<number> {
  const names = namesOf(size);
  await using stage = await startStage({ services: all(names, {}), speed: 20 });
  const times: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const measured = await stage.run(names, { image: 'v1' });
    mustBe('unchanged', measured);
    times.push(measured.step.durationMilliseconds);
  }
  return Math.min(...times);
}

async function measureGood(size: number): Promise<GoodMany> {
  const names = namesOf(size);
  await using stage = await startStage({
    services: all(names, { pullSeconds: 20 }),
    speed: 1,
    rates: 'published',
  });
  const { measured, peakBytes } = await runWatched(stage, names);
  mustBe('deployed', measured);
  let last = 0;
  for (const name of names) last = Math.max(last, await stage.deploymentEnded(name));
  return { measured, peakBytes, untilExit: measured.endedAt - last };
}

async function measureBad(size: number): Promise<BadMany> {
  const names = namesOf(size);
  const services = all(names, { exit: { afterSeconds: 1, exitCode: 1 } });
  await using stage = await startStage({ services, speed: 1, rates: 'published' });
  const measured = await stage.run(names, { image: 'v2' });
  mustBe('rolled-back', measured);
  const stops = measured.calls.filter(({ operation }) => operation === 'StopServiceDeployment');
  const untilStop: number[] = [];
  for (const name of names) {
    const [, , third = Number.NaN] = await stage.tasksFailed(name);
    const stop = stops.find(({ input }) => JSON.stringify(input).includes(`/${name}/`));
    untilStop.push((stop?.at ?? Number.NaN) - third);
  }
  return { measured, untilStop };
}

async function runWatched(
  stage: Stage,
  names: readonly string[],
): Promise<{ readonly measured: Measured; readonly peakBytes: number }> {
  const file = stage.file('peak');
  const measured = await stage.run(names, { image: 'v2' }, undefined, {
    NODE_OPTIONS: `--import=${new URL('peak-memory.ts', import.meta.url).href}`,
    BENCH_PEAK_MEMORY: file,
  });
  return { measured, peakBytes: Number(readFileSync(file, 'utf8')) };
}

function namesOf(size: number): readonly string[] {
  return Array.from({ length: size }, (_, index) => `web-${index + 1}`);
}

function all<Value>(names: readonly string[], value: Value): Readonly<Record<string, Value>> {
  return Object.fromEntries(names.map((name) => [name, value]));
}
