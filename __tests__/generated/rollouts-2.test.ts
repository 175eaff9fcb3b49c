import { cases, checkRollouts, limitMilliseconds, seedOf } from './check-rollouts.ts';

it(
  `${cases} generated rollouts hold what was promised (seed ${seedOf(1)})`,
  async () => {
    expect(await checkRollouts(1)).toBe('');
  },
  limitMilliseconds,
);
