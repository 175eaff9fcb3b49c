import { mustBe } from './rollout.ts';
import { type Spread, spreadOf } from './spread.ts';
import { type Measured, startStage } from './stage.ts';

export interface NothingToWaitFor {
  readonly unchanged: Short;
  /** `wait-for-service-stability: false`. */
  readonly notWaited: Short;
}

interface Short {
  readonly seconds: Spread;
  readonly example: Measured;
}

/** Steps that end by themselves, one after the other and in turn. */
export async function measureNothingToWaitFor(times: number): Promise<NothingToWaitFor> {
  await using stage = await startStage({ services: { same: {}, begun: {} }, speed: 20 });
  const unchanged: Measured[] = [];
  const notWaited: Measured[] = [];
  for (let turn = 0; turn < times; turn++) {
    unchanged.push(await stage.run(['same'], { image: 'v1' }));
    notWaited.push(
      await stage.run(['begun'], {
        image: 'v2',
        'force-new-deployment': 'true',
        'wait-for-service-stability': 'false',
      }),
    );
  }
  return { unchanged: short('unchanged', unchanged), notWaited: short('started', notWaited) };
}

function short(result: string, all: readonly Measured[]): Short {
  for (const one of all) mustBe(result, one);
  const [example] = all;
  if (example === undefined) throw new RangeError('nothing was measured');
  return { seconds: spreadOf(all.map(({ step }) => step.durationMilliseconds / 1000)), example };
}
