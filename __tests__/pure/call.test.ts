import * as fc from 'fast-check';
import { call, pauseMilliseconds } from '../../src/aws/call.ts';
import { type Clock, systemClock } from '../../src/process/clock.ts';

function answered(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('said AWS'), { name, $metadata: { httpStatusCode } });
}

const throttled = answered('ThrottlingException', 400);
const lost = answered('ServerException', 500);
const unsent = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** A call whose answers are the given ones, the last one again and again; on a clock that only sleeping moves. */
function world(answers: readonly (Error | string)[], abortAfterSleeps = Number.POSITIVE_INFINITY) {
  let now = 1_000_000;
  const controller = new AbortController();
  const sleeps: number[] = [];
  const said: string[] = [];
  let sent = 0;
  const clock: Clock = {
    now: () => now,
    date: () => new Date(0),
    random: () => 1,
    sleep: async (milliseconds) => {
      now += milliseconds;
      sleeps.push(milliseconds);
      if (sleeps.length >= abortAfterSleeps) controller.abort();
    },
  };
  const send = async (): Promise<string> => {
    const answer = answers[Math.min(sent, answers.length - 1)] ?? '';
    sent++;
    if (typeof answer !== 'string') throw answer;
    return answer;
  };
  const say = (line: string): number => said.push(line);
  const seen = (): object => ({ sent, sleeps, said });
  return { calling: { clock, say, signal: controller.signal }, send, seen, controller };
}

describe('a call', () => {
  it.each<[string, (Error | string)[], object]>([
    ['an answer', ['yes'], { sent: 1, sleeps: [], said: [] }],
    ['one lost answer, which is not told', [lost, 'yes'], { sent: 2, sleeps: [100], said: [] }],
    [
      'several lost answers',
      [lost, unsent, lost, 'yes'],
      {
        sent: 4,
        sleeps: [100, 200, 400],
        said: [
          'ecs:X: connect ECONNREFUSED; trying again in 0.2 s',
          'ecs:X: ServerException: said AWS; trying again in 0.4 s',
        ],
      },
    ],
    [
      'throttling, with longer pauses',
      [throttled, throttled, 'yes'],
      {
        sent: 3,
        sleeps: [1000, 2000],
        said: [
          'ecs:X: ThrottlingException: said AWS; trying again in 1.0 s',
          'ecs:X: ThrottlingException: said AWS; trying again in 2.0 s',
        ],
      },
    ],
  ])('gets by %s', async (_what, answers, expected) => {
    const { calling, send, seen } = world(answers);
    await expect(call(calling, 'ecs:X', send)).resolves.toBe('yes');
    expect(seen()).toEqual(expected);
  });

  it.each([
    ['denied', answered('AccessDeniedException', 400)],
    ['refused', answered('ClientException', 400)],
    ['credentials', answered('ExpiredTokenException', 400)],
    ['not found', answered('ClusterNotFoundException', 400)],
  ])('is sent once when it is %s', async (_what, error) => {
    const { calling, send, seen } = world([error]);
    await expect(call(calling, 'ecs:X', send)).rejects.toBe(error);
    expect(seen()).toEqual({ sent: 1, sleeps: [], said: [] });
  });

  it('gives up before its patience would be over, with the last error', async () => {
    const { calling, send, seen } = world([lost, throttled]);
    await expect(call(calling, 'ecs:X', send, 20)).rejects.toBe(throttled);
    // 100 ms, then 2, 4 and 8 s of throttling; 10 s more would be too long.
    expect(seen()).toMatchObject({ sent: 5, sleeps: [100, 2000, 4000, 8000] });
  });

  it('has as much patience as it is told', async () => {
    const { calling, send, seen } = world([throttled]);
    await expect(call(calling, 'ecs:X', send, 40)).rejects.toBe(throttled);
    expect(seen()).toMatchObject({ sent: 7, sleeps: [1000, 2000, 4000, 8000, 10_000, 10_000] });
  });

  it('is not sent when the signal is aborted already', async () => {
    const { calling, send, seen, controller } = world(['yes']);
    controller.abort();
    await expect(call(calling, 'ecs:X', send)).rejects.toMatchObject({
      fault: 'cancelled',
      maybeSent: false,
    });
    expect(seen()).toEqual({ sent: 0, sleeps: [], said: [] });
  });

  it('ends with the signal while its answer does not come', async () => {
    const { calling, controller } = world([]);
    const called = call(calling, 'ecs:X', () => new Promise<never>(() => undefined));
    controller.abort();
    await expect(called).rejects.toMatchObject({ fault: 'cancelled', maybeSent: true });
  });

  it.each([
    ['a read that is hurried', 'ecs:ListServiceDeployments', 2],
    ['a write, which would be done twice', 'ecs:StopServiceDeployment', 1],
  ])('whose first answer does not come: %s', async (_what, operation, sent) => {
    const { calling, seen, controller } = world([]);
    const answers = [new Promise<string>(() => undefined), Promise.resolve('yes')];
    let asked = 0;
    const { signal: hurry } = controller;
    const called = call({ clock: calling.clock, say: calling.say, hurry }, operation, () => {
      return answers[asked++] ?? Promise.resolve('');
    });
    controller.abort();
    const answer = await Promise.race([called, systemClock.sleep(1500).then(() => 'none yet')]);
    expect([answer, asked]).toEqual(sent === 2 ? ['yes', 2] : ['none yet', 1]);
    expect(seen()).toMatchObject({ said: [] });
  });

  it.each([
    ['the run is cancelled', 'signal', 'ecs:RegisterTaskDefinition'],
    ['the run is cancelled', 'signal', 'ecs:DescribeServices'],
    ['a cancelled run waits for no answer long', 'hurry', 'ecs:DescribeServices'],
  ] as const)('ends its request when %s (%s, %s)', async (_when, role, what) => {
    const { calling, controller } = world([]);
    const overs: AbortSignal[] = [];
    const called = call(
      { clock: calling.clock, say: calling.say, [role]: controller.signal },
      what,
      (over) => {
        overs.push(over);
        return new Promise<never>(() => undefined);
      },
    );
    controller.abort();
    await expect(called).rejects.toMatchObject({ maybeSent: true });
    expect(overs.map(({ aborted }) => aborted)).toEqual(role === 'hurry' ? [true, true] : [true]);
  });

  it('is not sent again when the signal is aborted during a pause', async () => {
    const { calling, send, seen } = world([lost], 2);
    await expect(call(calling, 'ecs:X', send)).rejects.toBe(lost);
    expect(seen()).toMatchObject({ sent: 2, sleeps: [100, 200] });
  });
});

describe('the pause', () => {
  it.each([
    [100, 0, 0, 50],
    [100, 0, 1, 100],
    [100, 3, 0.5, 600],
    [1000, 3, 1, 8000],
    [1000, 4, 1, 10_000],
    [1000, 2000, 1, 10_000],
  ])('of base %d at attempt %d with the chance %d is %d ms', (base, attempt, random, expected) => {
    expect(pauseMilliseconds(base, attempt, random)).toBe(expected);
  });

  it('is between half and the whole of what it doubles to, and at most 10 s', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.nat({ max: 100 }),
        random,
        (base, attempt, chance) => {
          const whole = Math.min(10_000, base * 2 ** attempt);
          const pause = pauseMilliseconds(base, attempt, chance);
          expect(pause).toBeGreaterThanOrEqual(whole / 2);
          expect(pause).toBeLessThanOrEqual(whole);
        },
      ),
    );
  });
});
