import { describeStrategy, plannedStrategy } from '../../src/plan/show/strategy.ts';
import type { JsonObject } from '../../src/text/json.ts';

const pause = { targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] };
const lambda = {
  hookTargetArn: 'arn:aws:lambda:eu-west-1:123456789012:function:smoke-test',
  roleArn: 'arn:aws:iam::123456789012:role/hooks',
  lifecycleStages: ['PRE_SCALE_UP', 'POST_SCALE_UP'],
  timeoutConfiguration: { timeoutInMinutes: 5, action: 'CONTINUE' },
  hookDetails: { token: 'hunter2' },
};

it.each<[JsonObject, readonly string[]]>([
  [{}, []],
  [{ strategy: 'ROLLING' }, []],
  [{ bakeTimeInMinutes: 5 }, ['strategy ROLLING: 5 min of bake time; at least 5 min']],
  [
    { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 15 },
    ['strategy BLUE_GREEN: all traffic at once, then 15 min of bake time; at least 15 min'],
  ],
  [{ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 }, ['strategy BLUE_GREEN: all traffic at once']],
  [
    {
      strategy: 'CANARY',
      bakeTimeInMinutes: 3,
      canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 10 },
    },
    [
      'strategy CANARY: 12.5 % of the traffic for 10 min, then all of it, then 3 min of bake time; at least 13 min',
    ],
  ],
  [
    { strategy: 'LINEAR', lifecycleHooks: [pause, lambda] },
    [
      'strategy LINEAR: 10 % more of the traffic every 6 min, in 10 steps; at least 54 min',
      'waits for pause at POST_TEST_TRAFFIC_SHIFT (up to 1440 min, then ROLLBACK)',
      'waits for smoke-test at PRE_SCALE_UP and POST_SCALE_UP (up to 5 min, then CONTINUE)',
    ],
  ],
  [{ strategy: 'SHADOW' }, ['strategy SHADOW']],
  [
    { lifecycleHooks: [pause] },
    ['strategy ROLLING', 'waits for pause at POST_TEST_TRAFFIC_SHIFT (up to 1440 min, then ROLLBACK)'],
  ],
])('a plan says of %j', (configuration, lines) => {
  expect(describeStrategy(plannedStrategy(configuration))).toEqual(lines);
});

it('has the strategy as data, without what a hook hands to its function', () => {
  const planned = plannedStrategy({ strategy: 'CANARY', bakeTimeInMinutes: 3, lifecycleHooks: [lambda] });
  expect(planned).toEqual({
    name: 'CANARY',
    steps: [
      { percent: 5, bakeMinutes: 10 },
      { percent: 100, bakeMinutes: 0 },
    ],
    bakeMinutes: 3,
    leastMinutes: 13,
    hooks: [
      {
        type: 'AWS_LAMBDA',
        target: lambda.hookTargetArn,
        stages: lambda.lifecycleStages,
        timeoutMinutes: 5,
        timeoutAction: 'CONTINUE',
      },
    ],
  });
});
