import { heldBack, isImpaired, noBackOff } from '../../local/ecs/model/back-off.ts';
import { circuitBreakerOf, failureThreshold } from '../../local/ecs/model/circuit-breaker.ts';
import { withEvent } from '../../local/ecs/model/events.ts';
import { fargateSize } from '../../local/ecs/rules/fargate-sizes.ts';
import { judgeTask } from '../../local/ecs/tasks/task-health.ts';

describe('the sizes of Fargate', () => {
  it('are 74 up to 16 vCPU, and three more', () => {
    const cpus = [256, 512, 1024, 2048, 4096, 8192, 16384, 32768];
    const counts = cpus.map((cpu) => {
      const memories = Array.from({ length: 512 }, (_, index) => (index + 1) * 512);
      return memories.filter((memory) => fargateSize(String(cpu), String(memory)).kind === 'size').length;
    });
    expect(counts).toEqual([3, 4, 7, 13, 23, 12, 12, 3]);
  });

  it.each([
    ['300', '512', 'invalid-cpu'],
    ['many', '512', 'invalid-cpu'],
    ['256', '4096', 'no-such-size'],
    ['8192', '17408', 'no-such-size'],
    ['256', 'much', 'no-such-size'],
  ])('%s with %s: %s', (cpu, memory, kind) => {
    expect(fargateSize(cpu, memory)).toEqual({ kind });
  });
});

describe('the threshold of the circuit breaker', () => {
  it.each([
    { desired: 1, config: undefined, threshold: 3 },
    { desired: 25, config: undefined, threshold: 13 },
    { desired: 400, config: undefined, threshold: 200 },
    { desired: 800, config: undefined, threshold: 200 },
    { desired: 800, config: { type: 'UNBOUNDED_PERCENT', value: 50 }, threshold: 400 },
    { desired: 10, config: { type: 'BOUNDED_PERCENT', value: 100 }, threshold: 10 },
    { desired: 10, config: { type: 'COUNT', value: 1 }, threshold: 1 },
  ])('for $desired tasks with $config is $threshold', ({ desired, config, threshold }) => {
    const breaker = circuitBreakerOf({
      deploymentCircuitBreaker: {
        enable: true,
        rollback: true,
        ...(config && { thresholdConfiguration: config }),
      },
    });
    expect(failureThreshold(breaker, desired)).toBe(threshold);
  });
});

describe('the health of a task', () => {
  const task = { now: 100_000, startedAt: 0, containers: undefined, targets: [], graceSeconds: 0 };
  it.each([
    { when: 'it does not run', facts: { startedAt: undefined }, is: { health: 'starting' } },
    { when: 'it has no checks and ran for 40 s', facts: { now: 40_000 }, is: { health: 'healthy' } },
    {
      when: 'it has no checks and ran for 39 s',
      facts: { now: 39_000 },
      is: { health: 'starting', changesAt: 40_000 },
    },
    { when: 'its containers are not known', facts: { containers: 'UNKNOWN' }, is: { health: 'starting' } },
    { when: 'its containers pass', facts: { containers: 'HEALTHY', now: 1 }, is: { health: 'healthy' } },
    {
      when: 'its containers fail',
      facts: { containers: 'UNHEALTHY' },
      is: { health: 'unhealthy', failed: 'container checks' },
    },
    {
      when: 'its containers fail within the grace period',
      facts: { containers: 'UNHEALTHY', graceSeconds: 200 },
      is: { health: 'starting', changesAt: 200_000 },
    },
    { when: 'its target is new', facts: { targets: [{ state: 'initial' }] }, is: { health: 'starting' } },
    {
      when: 'its target passes',
      facts: { targets: [{ state: 'healthy' }], now: 1 },
      is: { health: 'healthy' },
    },
    {
      when: 'one of two targets passes',
      facts: { targets: [{ state: 'healthy' }, { state: 'initial' }] },
      is: { health: 'starting' },
    },
    {
      when: 'its target passes, its containers do not yet',
      facts: { targets: [{ state: 'healthy' }], containers: 'UNKNOWN' },
      is: { health: 'starting' },
    },
    {
      when: 'its target fails',
      facts: { targets: [{ state: 'unhealthy' }], containers: 'HEALTHY' },
      is: { health: 'unhealthy', failed: 'target checks' },
    },
    { when: 'its target is not registered', facts: { targets: [undefined] }, is: { health: 'starting' } },
  ] as const)('when $when: $is.health', ({ facts, is }) => {
    expect(judgeTask({ ...task, ...facts })).toEqual(is);
  });
});

describe('the back-off', () => {
  it('doubles up to fifteen minutes, once for each wave', () => {
    let backOff = noBackOff;
    let now = 0;
    const pauses: number[] = [];
    for (let wave = 0; wave < 9; wave++) {
      const createdAt = now;
      now += 20_000;
      backOff = heldBack(backOff, { createdAt, now });
      expect(heldBack(backOff, { createdAt, now: now + 1000 })).toEqual(backOff);
      pauses.push((backOff.until - now) / 1000);
      now = backOff.until;
    }
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 640, 900, 900]);
    expect([noBackOff, backOff].map(isImpaired)).toEqual([false, true]);
  });
});

describe('events', () => {
  const lasting = { message: '(service web) is impaired', isLasting: true };
  it.each([
    { name: 'the same within six hours', at: 6 * 3_600_000 - 1, between: [], count: 1 },
    { name: 'the same after six hours', at: 6 * 3_600_000, between: [], count: 2 },
    { name: 'the same with another in between', at: 1, between: ['(service web) has started'], count: 1 },
    {
      name: 'the same after the service was steady',
      at: 1,
      between: ['(service web) has reached a steady state.'],
      count: 2,
    },
  ])('of a lasting state: $name gives $count', ({ at, between, count }) => {
    let events = withEvent([], { at: 0, ...lasting });
    for (const message of between) events = withEvent(events, { at: 0, message });
    events = withEvent(events, { at, ...lasting });
    expect(events.filter(({ message }) => message === lasting.message)).toHaveLength(count);
  });

  it('are a hundred at most, newest first', () => {
    let events = withEvent([], { at: 0, message: '0' });
    for (let at = 1; at < 120; at++) events = withEvent(events, { at, message: String(at) });
    expect([events.length, events[0]?.message, events.at(-1)?.message]).toEqual([100, '119', '20']);
  });
});
