import { shareOf } from '../../src/service/production-traffic.ts';

const weighted = (...groups: readonly [string, number?][]) => [
  {
    Type: 'forward' as const,
    ForwardConfig: {
      TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({
        TargetGroupArn,
        ...(Weight === undefined ? {} : { Weight }),
      })),
    },
  },
];

describe('the share of a target group in what a rule forwards', () => {
  it.each([
    ['all', weighted(['blue', 0], ['green', 100]), 100],
    ['all by any weight', weighted(['blue', 0], ['green', 1]), 100],
    ['a part', weighted(['blue', 999], ['green', 1]), 0.1],
    ['a half by weights that are left out', weighted(['blue'], ['green']), 50],
    ['none', weighted(['blue', 100], ['green', 0]), 0],
    ['none where the rule has other groups', weighted(['blue', 100]), 0],
    ['all of the only group', [{ Type: 'forward' as const, TargetGroupArn: 'green' }], 100],
    ['unknown of a rule without weight', weighted(['blue', 0], ['green', 0]), undefined],
    ['unknown of a rule that redirects', [{ Type: 'redirect' as const }], undefined],
    ['unknown of a rule that is not shown', undefined, undefined],
  ])('is %s', (_name, actions, expected) => {
    expect(shareOf(actions, 'green')).toBe(expected);
  });
});
