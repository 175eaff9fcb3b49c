import { cases, checkRollouts, limitMilliseconds, seedOf } from './check-rollouts.ts';

it(
  `${cases} generated rollouts hold what was promised (seed ${seedOf(0)})`,
  async () => {
    expect(await checkRollouts(0)).toBe('');
  },
  limitMilliseconds,
);
