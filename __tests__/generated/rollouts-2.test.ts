import { cases, checkRollouts, limitMilliseconds, seedOf } from './check-rollouts.ts';

it(
  `${cases} generated rollouts hold what was promised (seed ${seedOf(1)})`,
  async () => {
    await expect(checkRollouts(1)).resolves.toBeUndefined();
  },
  limitMilliseconds,
);
