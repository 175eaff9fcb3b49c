import { createPace } from '../../src/aws/pace.ts';

/** A clock that a sleeper moves on. */
function ownClock() {
  let now = 0;
  return {
    now: () => now,
    sleep: (milliseconds: number) => {
      now += milliseconds;
      return Promise.resolve();
    },
  };
}

describe('the pace of calls to ECS', () => {
  it.each([
    ['DescribeServiceDeployments', 40, 62.5],
    ['ListServiceDeployments', 40, 62.5],
    ['UpdateService', 40, 250],
    ['RegisterTaskDefinition', 16, 1250],
  ])('%s: %i at once, then one in %f ms', async (operation, burst, interval) => {
    const clock = ownClock();
    const pace = createPace(clock);
    for (let call = 0; call < burst; call++) await pace(operation);
    expect(clock.now()).toBe(0);
    await pace(operation);
    expect(clock.now()).toBeCloseTo(interval);
    await pace(operation);
    expect(clock.now()).toBeCloseTo(2 * interval);
  });

  it('lets two operations of one bucket share it, and those of another pass', async () => {
    const clock = ownClock();
    const pace = createPace(clock);
    for (let call = 0; call < 40; call++) await pace('ListServiceDeployments');
    await pace('DescribeServices');
    await pace('FromTheFuture');
    expect(clock.now()).toBe(0);
    await pace('DescribeServiceDeployments');
    expect(clock.now()).toBeGreaterThan(0);
  });
});
