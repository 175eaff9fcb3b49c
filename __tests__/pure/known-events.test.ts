import { causeOfEvents } from '../../src/deployment/diagnose/known-events.ts';

const unplaced = '(service web) was unable to place a task. Reason:';
const percents =
  '(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration.';
const capacity = `${unplaced} Capacity is unavailable at this time. Please try again later.`;

/** Texts after those of AWS's pages on service events, each with the begin of what it means. */
const texts: readonly (readonly [string, string])[] = [
  [percents, 'minimumHealthyPercent and maximumPercent leave'],
  [
    `${unplaced} You've reached the limit on the number of tasks you can run concurrently.`,
    'The quota for Fargate',
  ],
  [
    `${unplaced} You've reached the limit on the number of vCPUs you can run concurrently.`,
    'The quota for Fargate',
  ],
  [capacity, 'Fargate has no capacity'],
  ['(service web) capacity unavailable', 'Fargate has no capacity'],
  [`${unplaced} The requested CPU configuration is above your limit.`, 'The task is larger'],
  [`${unplaced} The requested MEMORY configuration is above your limit.`, 'The task is larger'],
  [
    '(task set x) (task a) is not healthy in target-group (arn) due to TARGET GROUP IS NOT FOUND',
    'The target group',
  ],
  [
    '(task set x) (task a) is not healthy in target-group (arn) due to TARGET IS NOT FOUND',
    'The target group',
  ],
  [
    'ECS is unable to look after (service web): IAM permissions policies have been changed',
    'ECS may not look after',
  ],
  [
    'ECS is unable to look after (service web): IAM trust relationship has been changed',
    'ECS may not look after',
  ],
  [`${unplaced} something new`, 'ECS found no place'],
];

describe('the likely cause of an event', () => {
  it.each(texts)('%s', (text, says) => {
    expect(causeOfEvents([text])?.says).toMatch(new RegExp(`^${says}`));
  });

  it('is told with what to do about it', () => {
    const lines = texts
      .map(([text]) => causeOfEvents([text]))
      .map((cause) => `${cause?.says} ${cause?.advice}`);
    expect([...new Set(lines)].join('\n')).toMatchSnapshot();
  });

  it.each([
    ['the percents, since nothing else can go on with them', [capacity, percents], /^minimumHealthyPercent/],
    [
      'what a text of a task tells',
      [capacity, `${unplaced} CannotPullContainerError: x: not found.`],
      /^The image/,
    ],
    [
      'what is told, and not that there is no place',
      [`${unplaced} new`, capacity],
      /^Fargate has no capacity/,
    ],
  ])('is of several %s', (_, events, says) => {
    expect(causeOfEvents(events)?.says).toMatch(says);
  });

  it.each([['(service web) has reached a steady state.'], ['']])('is not known for %j', (text) => {
    expect(causeOfEvents([text])).toBeUndefined();
    expect(causeOfEvents([])).toBeUndefined();
  });
});
