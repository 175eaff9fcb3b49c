import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { type NarrationState, narrate, nothingNarrated } from '../../src/deployment/narrate.ts';
import type { Snapshot } from '../../src/deployment/observe/snapshot.ts';
import { failureOf } from '../../src/deployment/observe/task-failure.ts';
import type { Verdict } from '../../src/deployment/verdict.ts';
import { aSnapshot } from './a-snapshot.ts';
import { aContainer, aTask, aTaskNotStarted } from './a-task.ts';
import { inStage } from './in-stage.ts';

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

describe('the stage', () => {
  const inWordsOf = (record: ServiceDeployment, part: Partial<Look> = {}): string | undefined =>
    told([{ now: 0, service: { desiredCount: 2 }, serviceDeployment: record, ...part }])[0]?.[0];
  const counted = (record: ServiceDeployment, runningTaskCount = 2): ServiceDeployment => ({
    ...record,
    targetServiceRevision: { ...record.targetServiceRevision, runningTaskCount },
  });
  const linear = {
    deploymentConfiguration: {
      strategy: 'LINEAR',
      bakeTimeInMinutes: 5,
      linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 3 },
    },
  } as const;

  it.each<[ServiceDeployment, string]>([
    [
      inStage('RECONCILE_SERVICE', 0, 0),
      'stage RECONCILE_SERVICE: ECS cleans up after an earlier deployment that did not complete',
    ],
    [inStage('PRE_SCALE_UP', 0, 0), 'stage PRE_SCALE_UP: new tasks start next'],
    [
      counted(inStage('SCALE_UP', 0, 0), 1),
      'stage SCALE_UP: 1 of 2 new tasks running; new tasks get no traffic yet',
    ],
    [
      counted(inStage('SCALE_UP')),
      'stage SCALE_UP: 2 of 2 new tasks running; waiting for them to be healthy',
    ],
    [counted(inStage('POST_SCALE_UP', 0, 0)), 'stage POST_SCALE_UP: new tasks get no traffic yet'],
    [
      counted(inStage('TEST_TRAFFIC_SHIFT', 0, 100)),
      'stage TEST_TRAFFIC_SHIFT: new tasks get 0 % of production and 100 % of test traffic',
    ],
    [
      counted(inStage('PRE_PRODUCTION_TRAFFIC_SHIFT', 40, 100, linear)),
      'stage PRE_PRODUCTION_TRAFFIC_SHIFT, step 2 of 3 (80 %): new tasks get 40 % of production and 100 % of test traffic',
    ],
    [
      counted(inStage('PRODUCTION_TRAFFIC_SHIFT', 40, undefined, linear)),
      'stage PRODUCTION_TRAFFIC_SHIFT, step 1 of 3 (40 %): new tasks get 40 % of production traffic; next step in 3 min',
    ],
    [
      counted(inStage('PRODUCTION_TRAFFIC_SHIFT', 40, undefined, linear), 1),
      'stage PRODUCTION_TRAFFIC_SHIFT, step 1 of 3 (40 %): 1 of 2 new tasks running; new tasks get 40 % of production traffic; next step in 3 min',
    ],
    [
      counted(inStage('BAKE_TIME', 100, 100, linear)),
      'stage BAKE_TIME: new tasks get 100 % of production and 100 % of test traffic; old tasks keep running in case of a rollback; 5 min left',
    ],
    [counted(inStage('CLEAN_UP')), 'stage CLEAN_UP: ECS is stopping the old tasks'],
    [counted(inStage('LATER')), 'stage LATER'],
  ])('in words: %j', (record, line) => {
    expect(inWordsOf(record)).toBe(line);
  });

  it.each<[NonNullable<ServiceDeployment['lifecycleHookDetails']>[number], string]>([
    [
      {
        hookId: 'ecs-lambda-1',
        targetType: 'AWS_LAMBDA',
        targetArn: 'arn:aws:lambda:x:1:function:check',
        status: 'IN_PROGRESS',
      },
      'waiting for the Lambda hook check',
    ],
    [
      {
        hookId: 'ecs-pause-1',
        targetType: 'PAUSE',
        status: 'AWAITING_ACTION',
        expiresAt: new Date(60_000),
        timeoutAction: 'ROLLBACK',
      },
      'paused since 1970-01-01 00:00:01 UTC by the pause hook ecs-pause-1, which waits for somebody to continue or roll back; at 1970-01-01 00:01:00 UTC ECS rolls back',
    ],
    [
      {
        hookId: 'ecs-pause-2',
        targetType: 'PAUSE',
        status: 'AWAITING_ACTION',
        expiresAt: new Date(60_000),
        timeoutAction: 'CONTINUE',
      },
      'paused by the pause hook ecs-pause-2, which waits for somebody to continue or roll back; at 1970-01-01 00:01:00 UTC ECS continues',
    ],
    [
      {
        hookId: 'ecs-pause-2',
        targetType: 'PAUSE',
        status: 'AWAITING_ACTION',
        expiresAt: new Date(60_000),
        timeoutAction: 'LATER' as 'CONTINUE',
      },
      "paused by the pause hook ecs-pause-2, which waits for somebody to continue or roll back; at 1970-01-01 00:01:00 UTC ECS's time-out action is LATER",
    ],
    [
      { hookId: 'ecs-pause-2', status: 'AWAITING_ACTION' },
      'paused by the lifecycle hook ecs-pause-2, which waits for somebody to continue or roll back',
    ],
    [
      { hookId: 'ecs-web-1', targetType: 'WEBHOOK' as 'PAUSE', status: 'LATER' as 'FAILED' },
      'the lifecycle hook ecs-web-1 is LATER: waiting',
    ],
  ])('with a hook: %j', (hook, words) => {
    const record = counted(inStage('POST_SCALE_UP', undefined, undefined, { lifecycleHookDetails: [hook] }));
    const lastPause = {
      hook: 'ecs-pause-1',
      stage: undefined,
      expires: undefined,
      timeoutAction: undefined,
      since: new Date(1000),
    };
    expect(inWordsOf(record, { lastPause })).toBe(`stage POST_SCALE_UP: ${words}`);
  });

  it('has its pause also in a rolling update, where ECS shows no stage', () => {
    const pause = { hook: 'ecs-pause-1', stage: undefined, expires: undefined, timeoutAction: undefined };
    const record: ServiceDeployment = {
      status: 'IN_PROGRESS',
      lifecycleHookDetails: [{ hookId: 'ecs-pause-1', targetType: 'PAUSE', status: 'AWAITING_ACTION' }],
    };
    expect(inWordsOf(record, { verdict: { kind: 'paused', ...pause } })).toBe(
      '0 of 2 new tasks running; paused by the pause hook ecs-pause-1, which waits for somebody to continue or roll back',
    );
  });

  it('is told once, and with the time that is left each minute', () => {
    const record = counted(inStage('BAKE_TIME', 100, undefined, linear));
    const look = (seconds: number): Look => ({
      now: 1_000_000 + seconds * 1000,
      service: { desiredCount: 2 },
      serviceDeployment: record,
      stageSeconds: seconds,
      elapsedSeconds: seconds,
    });
    const line =
      'stage BAKE_TIME: new tasks get 100 % of production traffic; old tasks keep running in case of a rollback';
    expect(told([look(0), look(3), look(61), look(301)])).toEqual([
      [`${line}; 5 min left`],
      [],
      [`${line}; 3 min 59 s left (1 min so far)`],
      [`${line} (5 min so far)`],
    ]);
  });

  it('of a rollback is the traffic that the new tasks still have', () => {
    const rollingBack = (production: number): string | undefined =>
      inWordsOf(
        counted(inStage('PRODUCTION_TRAFFIC_SHIFT', production, 100, { status: 'ROLLBACK_IN_PROGRESS' })),
        {
          verdict: waiting({ phase: 'ecs-rolling-back' }),
        },
      );
    expect([rollingBack(10), rollingBack(0)]).toEqual([
      '2 of 2 new tasks running; ECS is rolling back; new tasks still get 10 % of production traffic',
      '2 of 2 new tasks running; ECS is rolling back',
    ]);
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
