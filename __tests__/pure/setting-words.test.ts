import { settingInWords } from '../../src/service/setting-words.ts';
import type { Json } from '../../src/text/json.ts';

const lambda = 'arn:aws:lambda:eu-west-1:123456789012:function:smoke-test';

it.each<[Json, string]>([
  [null, 'not set'],
  ['CANARY', 'CANARY'],
  [5, '5'],
  [[], 'none'],
  [{}, 'empty'],
  [['a', 'b'], 'a, b'],
  [{ enable: false, rollback: true }, 'off'],
  [{ enable: true, rollback: true }, 'on with rollback'],
  [{ alarmNames: ['errors'], enable: true, rollback: true }, 'on with rollback for errors'],
  [
    { enable: true, rollback: false, thresholdConfiguration: { type: 'COUNT', value: 5 } },
    'on, thresholdConfiguration (type COUNT, value 5)',
  ],
  [{ canaryPercent: 10, canaryBakeTimeInMinutes: 5 }, 'canaryPercent 10, canaryBakeTimeInMinutes 5'],
  [
    [
      { capacityProvider: 'FARGATE', weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: 3 },
    ],
    'FARGATE weight 1, FARGATE_SPOT weight 3',
  ],
  [
    [
      {
        targetType: 'PAUSE',
        lifecycleStages: ['POST_SCALE_UP'],
        timeoutConfiguration: { timeoutInMinutes: 60 },
      },
      {
        hookTargetArn: lambda,
        lifecycleStages: ['PRE_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT'],
        hookDetails: { password: 'hunter2' },
      },
      {
        lifecycleStages: ['PRE_SCALE_UP'],
        timeoutConfiguration: { timeoutInMinutes: 5, action: 'CONTINUE' },
      },
    ],
    'pause at POST_SCALE_UP (up to 60 min, then ROLLBACK); smoke-test at PRE_SCALE_UP and POST_TEST_TRAFFIC_SHIFT; function at PRE_SCALE_UP (up to 5 min, then CONTINUE)',
  ],
  [{ later: [{ deep: [''] }], other: true }, 'later (deep ()), other true'],
])('%j reads as %s', (value, words) => {
  expect(settingInWords(value)).toBe(words);
});
