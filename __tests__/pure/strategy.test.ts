import * as fc from 'fast-check';
import { strategyOf, waitsMinutes } from '../../src/service/strategy.ts';
import type { JsonObject } from '../../src/text/json.ts';

const last = { percent: 100, bakeMinutes: 0 };

describe('the strategy of a service', () => {
  it.each<[string, JsonObject, ReturnType<typeof strategyOf>]>([
    ['is rolling where ECS shows none', {}, { kind: 'ROLLING', steps: [] }],
    ['is rolling', { strategy: 'ROLLING' }, { kind: 'ROLLING', steps: [] }],
    ['shifts all traffic at once', { strategy: 'BLUE_GREEN' }, { kind: 'BLUE_GREEN', steps: [last] }],
    [
      'is a canary of 5 percent for 10 minutes by default',
      { strategy: 'CANARY' },
      { kind: 'CANARY', steps: [{ percent: 5, bakeMinutes: 10 }, last] },
    ],
    [
      'is a canary as configured',
      { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0.1, canaryBakeTimeInMinutes: 1440 } },
      { kind: 'CANARY', steps: [{ percent: 0.1, bakeMinutes: 1440 }, last] },
    ],
    [
      'is a canary of everything',
      { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 100 } },
      { kind: 'CANARY', steps: [last] },
    ],
    [
      'is linear and does not wait after the last step',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 33.3, stepBakeTimeInMinutes: 2 } },
      {
        kind: 'LINEAR',
        steps: [
          { percent: 33.3, bakeMinutes: 2 },
          { percent: 66.6, bakeMinutes: 2 },
          { percent: 99.9, bakeMinutes: 2 },
          last,
        ],
      },
    ],
    [
      'is linear in halves',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 } },
      { kind: 'LINEAR', steps: [{ percent: 50, bakeMinutes: 0 }, last] },
    ],
    ['is one that nobody knows yet', { strategy: 'SHADOW' }, { kind: 'SHADOW', steps: [] }],
    [
      'ignores the steps of another strategy',
      { strategy: 'BLUE_GREEN', linearConfiguration: { stepPercent: 50 } },
      { kind: 'BLUE_GREEN', steps: [last] },
    ],
  ])('%s', (_name, configuration, strategy) => {
    expect(strategyOf(configuration)).toEqual(strategy);
  });

  it('goes up to 100 percent in finitely many steps, whatever the configuration', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (stepPercent, canaryPercent) => {
        for (const strategy of ['LINEAR', 'CANARY', 'BLUE_GREEN']) {
          const { steps } = strategyOf({
            strategy,
            linearConfiguration: { stepPercent },
            canaryConfiguration: { canaryPercent },
          });
          expect(steps.length).toBeLessThanOrEqual(34);
          expect(steps.at(-1)).toEqual(last);
        }
      }),
    );
  });
});

describe('the least minutes of a deployment', () => {
  it.each<[string, JsonObject, number, number]>([
    ['of a rolling one', {}, 0, 0],
    ['of a rolling one with a bake time', { bakeTimeInMinutes: 5 }, 5, 0],
    ['of blue/green', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 15 }, 15, 0],
    ['of a linear one by default: nine waits of 6', { strategy: 'LINEAR' }, 0, 54],
    [
      'of a linear one with four steps',
      {
        strategy: 'LINEAR',
        bakeTimeInMinutes: 3,
        linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 10 },
      },
      3,
      30,
    ],
    ['of a canary by default', { strategy: 'CANARY', bakeTimeInMinutes: 1 }, 1, 10],
    [
      'of a canary of everything',
      { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 100, canaryBakeTimeInMinutes: 60 } },
      0,
      0,
    ],
    ['of an unknown one', { strategy: 'SHADOW', bakeTimeInMinutes: 7 }, 7, 0],
  ])('%s', (_name, configuration, bake, steps) => {
    expect(waitsMinutes(configuration)).toEqual({ bake, steps, total: bake + steps });
  });
});
