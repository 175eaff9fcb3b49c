import { type NarrationState, narrate, nothingNarrated } from '../../src/deployment/narrate.ts';
import type { Snapshot } from '../../src/deployment/observe/snapshot.ts';
import { failureOf } from '../../src/deployment/observe/task-failure.ts';
import type { Verdict } from '../../src/deployment/verdict.ts';
import { aSnapshot } from './a-snapshot.ts';
import { aContainer, aTask, aTaskNotStarted } from './a-task.ts';

const since = new Date(500);

function waiting(part: Partial<Verdict & { kind: 'waiting' }> = {}, count = 0): Verdict {
  return { kind: 'waiting', phase: 'starting', failures: { count, threshold: 3 }, ...part };
}

function counts(running: number, pending = 0): Partial<Snapshot> {
  return {
    service: { desiredCount: 3 },
    serviceDeployment: {
      status: 'IN_PROGRESS',
      targetServiceRevision: { runningTaskCount: running, pendingTaskCount: pending },
    },
  };
}

interface Look extends Partial<Snapshot> {
  readonly now: number;
  readonly verdict?: Verdict;
}

/** What is said at each look, one after the other. */
function told(looks: readonly Look[]): readonly (readonly string[])[] {
  let before: NarrationState = nothingNarrated;
  return looks.map(({ now, verdict = waiting(), ...part }) => {
    const telling = narrate(before, aSnapshot(part), verdict, { now, since });
    before = telling.told;
    return telling.lines;
  });
}

describe('the progress', () => {
  it('is one line for each change and none without', () => {
    expect(
      told([
        { now: 0, ...counts(0, 3) },
        { now: 2000, ...counts(0, 3) },
        { now: 4000, ...counts(1, 2) },
        { now: 6000, ...counts(3) },
        { now: 8000, ...counts(3), verdict: waiting({ phase: 'finishing' }) },
        { now: 9000, ...counts(3), verdict: waiting({ phase: 'finishing' }) },
      ]),
    ).toEqual([
      ['0 of 3 new tasks running, 3 pending'],
      [],
      ['1 of 3 new tasks running, 2 pending'],
      ['3 of 3 new tasks running; waiting for them to be healthy and for old tasks to drain'],
      ['3 of 3 new tasks running, all healthy; waiting for ECS to complete the deployment'],
      [],
    ]);
  });

  it.each<[Verdict, string]>([
    [waiting({ phase: 'ecs-rolling-back' }), '1 of 3 new tasks running; ECS is rolling back'],
    [waiting({ phase: 'ecs-stopping' }), '1 of 3 new tasks running; ECS is stopping the deployment'],
    [
      waiting({ phase: 'unknown-state' }),
      '1 of 3 new tasks running; ECS reports the state IN_PROGRESS, which is not known here: waiting',
    ],
    [
      { kind: 'paused', hook: 'PRE_SCALE_UP\n', expires: undefined },
      '1 of 3 new tasks running; paused by the lifecycle hook PRE_SCALE_UP',
    ],
    [{ kind: 'giveUp', why: { kind: 'time-limit', elapsedSeconds: 9 } }, '1 of 3 new tasks running'],
    [{ kind: 'ended', end: { kind: 'completed', running: 1, desired: 3 } }, '1 of 3 new tasks running'],
  ])('tells what is waited for: %j', (verdict, line) => {
    expect(told([{ now: 0, ...counts(1), verdict }])).toEqual([[line]]);
  });

  it('does not count the tasks that drain as new ones', () => {
    expect(told([{ now: 0, ...counts(7, 1) }])).toEqual([
      [
        '3 of 3 new tasks running, 1 pending, 4 stopping; waiting for them to be healthy and for old tasks to drain',
      ],
    ]);
  });

  it('is for a desired count of 0 nothing to wait for', () => {
    expect(told([{ now: 0, service: { desiredCount: 0 } }])).toEqual([['0 of 0 new tasks running']]);
  });
});

describe('a sign of life', () => {
  it('comes after a minute of silence, and each minute then', () => {
    expect(
      told([
        { now: 1_000_000, ...counts(0) },
        { now: 1_059_999, ...counts(0), elapsedSeconds: 60 },
        { now: 1_060_000, ...counts(0), elapsedSeconds: 61 },
        { now: 1_119_000, ...counts(0), elapsedSeconds: 120 },
        { now: 1_120_000, ...counts(0), elapsedSeconds: 121 },
      ]),
    ).toEqual([
      ['0 of 3 new tasks running'],
      [],
      ['0 of 3 new tasks running (1 min so far)'],
      [],
      ['0 of 3 new tasks running (2 min so far)'],
    ]);
  });

  it('does not come while there is something to tell', () => {
    expect(
      told([
        { now: 1_000_000, ...counts(0) },
        { now: 1_050_000, ...counts(0), tasks: [aTask()], verdict: waiting({}, 1) },
        { now: 1_060_000, ...counts(0), tasks: [aTask()], verdict: waiting({}, 1) },
        { now: 1_110_000, ...counts(0), tasks: [aTask()], elapsedSeconds: 110, verdict: waiting({}, 1) },
      ]).slice(2),
    ).toEqual([[], ['0 of 3 new tasks running (2 min so far)']]);
  });
});

describe('a failed task', () => {
  const unpulled = aTaskNotStarted('CannotPullContainerError:\nno', { id: 'bbb2' });
  const killed = aTask({
    id: 'ccc3',
    stoppedReason: undefined,
    containers: [
      aContainer({ exitCode: 137, reason: 'OutOfMemoryError: x' }),
      aContainer({ name: 'proxy', reason: 'CannotStopContainerError' }),
    ],
  });
  const all = [aTask(), unpulled, killed];
  const failures = all.flatMap((task) => failureOf(task) ?? []);

  it('is told once, with the count that it brings', () => {
    expect(
      told([
        { now: 0, ...counts(0) },
        { now: 1000, ...counts(0), tasks: [aTask()], verdict: waiting({}, 1) },
        { now: 2000, ...counts(0), tasks: [aTask()], verdict: waiting({}, 1) },
        {
          now: 3000,
          ...counts(0),
          tasks: all,
          verdict: { kind: 'giveUp', why: { kind: 'tasks-failed', failures, threshold: 3 } },
        },
      ]),
    ).toEqual([
      ['0 of 3 new tasks running'],
      ['task aaa1 failed (1 of 3): Essential container in task exited: web exited with 1'],
      [],
      [
        'task bbb2 failed (2 of 3): CannotPullContainerError: no',
        'task ccc3 failed (3 of 3): no reason given: web exited with 137 (OutOfMemoryError: x), proxy (CannotStopContainerError)',
      ],
    ]);
  });

  it('is told together with others from the fourth of a cause on', () => {
    const crashed = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => aTask({ id: `aaa${from + index}` }));
    const verdict: Verdict = { kind: 'waiting', phase: 'starting', failures: { count: 0, threshold: 0 } };
    expect(
      told([
        { now: 0, ...counts(0), tasks: crashed(1, 3), verdict },
        { now: 1000, ...counts(0), tasks: [...crashed(1, 12), unpulled], verdict },
        { now: 2000, ...counts(0), tasks: [...crashed(1, 13), unpulled], verdict },
      ]).map((lines) => lines.filter((line) => line.includes('fail'))),
    ).toEqual([
      [
        'task aaa1 failed: Essential container in task exited: web exited with 1',
        'task aaa2 failed: Essential container in task exited: web exited with 1',
      ],
      [
        'task aaa3 failed: Essential container in task exited: web exited with 1',
        'task bbb2 failed: CannotPullContainerError: no',
        '8 more tasks failed the same way, 11 in all: Essential container in task exited',
      ],
      ['1 more task failed the same way, 12 in all: Essential container in task exited'],
    ]);
  });

  it('has no count where it does not count', () => {
    expect(told([{ now: 0, tasks: [unpulled], verdict: waiting({}, 0) }])[0]?.[0]).toBe(
      'task bbb2 failed: CannotPullContainerError: no',
    );
    const end: Verdict = { kind: 'ended', end: { kind: 'stopped', reason: '' } };
    expect(told([{ now: 0, tasks: [unpulled], verdict: end }])[0]?.[0]).toBe(
      'task bbb2 failed: CannotPullContainerError: no',
    );
  });

  it('is not one that was stopped on purpose', () => {
    const stopped = aTask({ stopCode: 'UserInitiated', stoppedReason: 'by me' });
    expect(told([{ now: 0, tasks: [stopped] }])).toEqual([['0 of 0 new tasks running']]);
  });
});

describe('a warning of ECS', () => {
  const event = (id: string, message: string, time: number) => ({ id, message, createdAt: new Date(time) });
  const first = event('1', '(service web) is unable to consistently start tasks successfully.', 600);
  const second = event(
    '2',
    '(service web) (deployment ecs-svc/200) deployment failed: tasks failed to start.',
    700,
  );
  const harmless = event('3', '(service web) has started 1 tasks: (task aaa1).', 650);
  const old = event('4', '(service web) was unable to place a task.', 499);

  it('is told once, in the order they came, and none of before the deployment', () => {
    const looks = [[], [first, old], [second, harmless, first, old], [second, harmless, first, old]];
    expect(
      told(looks.map((events, index) => ({ now: index * 1000, service: { desiredCount: 3 }, events }))),
    ).toEqual([
      ['0 of 3 new tasks running'],
      [`ECS says: ${first.message}`],
      [`ECS says: ${second.message}`],
      [],
    ]);
    expect(told([{ now: 0, service: { desiredCount: 3 }, events: [second, first] }])).toEqual([
      [`ECS says: ${first.message}`, `ECS says: ${second.message}`, '0 of 3 new tasks running'],
    ]);
  });
});
