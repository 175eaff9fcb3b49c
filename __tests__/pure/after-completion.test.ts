import * as fc from 'fast-check';
import { judgeCompleted, watchSeconds } from '../../src/deployment/after-completion.ts';
import type { Snapshot } from '../../src/deployment/observe/snapshot.ts';
import { failureOf } from '../../src/deployment/observe/task-failure.ts';
import type { RolloutPolicy } from '../../src/deployment/policy.ts';
import { aDeployment, aService, aSnapshotOf, newerDeployment, olderDeployment } from './a-deployment.ts';
import { aTask } from './a-task.ts';

const completedAt = 1_000_000;
const policy: RolloutPolicy = {
  failFast: true,
  circuitBreaker: true,
  limitSeconds: 1800,
  rollbackSeconds: 900,
  followsUntil: 'completed',
  noProgressSeconds: undefined,
};

/** Tasks that took that long to fail, first seen so many seconds after the completion (before it when negative). */
function failed(...tasks: readonly { readonly took: number; readonly seen: number }[]) {
  const all = tasks.map(({ took }, index) =>
    aTask({
      arn: `task${index}`,
      times: { ...aTask({}).times, created: 5000, stopping: 5000 + took * 1000, stopped: undefined },
    }),
  );
  return {
    tasks: all,
    failureSeen: new Map(
      tasks.map(({ seen }, index) => [`task${index}`, completedAt + seen * 1000] as const),
    ),
  };
}

function judgeAt(seconds: number, part: Partial<Snapshot>, running = 2) {
  const service = aService([aDeployment({ rolloutState: 'COMPLETED', runningCount: running })]);
  const snapshot = aSnapshotOf({ service, completed: { at: completedAt, seconds }, ...part });
  return judgeCompleted(snapshot, { kind: 'completed', running, desired: 2 }, policy);
}

const twice = failed({ took: 20, seen: -30 }, { took: 25, seen: -10 });
const green = { kind: 'ended', end: { kind: 'completed', running: 2, desired: 2 } };

describe('a completed deployment', () => {
  it('of which no task failed is green at once', () => {
    expect(judgeAt(0, {})).toEqual(green);
  });

  it('of which tasks failed is watched for as long as that took them', () => {
    expect(judgeAt(0, twice)).toEqual({ kind: 'watching', failures: 2, seconds: 25 });
    expect(judgeAt(24.9, twice)).toEqual({ kind: 'watching', failures: 2, seconds: 25 });
    expect(judgeAt(25, twice)).toEqual({ ...green, end: { ...green.end, failures: 2 } });
  });

  it('of which another one fails then keeps failing', () => {
    const more = failed({ took: 20, seen: -30 }, { took: 20, seen: 8 });
    expect(judgeAt(10, more)).toMatchObject({
      kind: 'giveUp',
      why: { kind: 'keeps-failing', later: 1, watchedSeconds: 10 },
    });
  });

  it('is not blamed for a task that had ended before, and was seen late', () => {
    const late = failed({ took: 20, seen: -30 }, { took: 20, seen: 8 });
    const serviceDeployment = { finishedAt: new Date(30_000) } as never;
    expect(judgeAt(10, { ...late, serviceDeployment })).toMatchObject({ kind: 'watching', failures: 2 });
  });

  it('of many tasks may lose less than a tenth', () => {
    const service = (count: number) =>
      aService([aDeployment({ runningCount: count })], { desiredCount: count });
    const one = failed({ took: 20, seen: -30 }, { took: 20, seen: 8 });
    expect(judgeAt(20, { ...one, service: service(11) })).toMatchObject({ kind: 'ended' });
    expect(judgeAt(20, { ...one, service: service(10) })).toMatchObject({ kind: 'giveUp' });
  });

  it('with fewer tasks than are wanted is watched for two minutes', () => {
    expect(judgeAt(100, twice, 1)).toMatchObject({ kind: 'watching' });
    expect(judgeAt(120, twice, 1)).toMatchObject({ kind: 'ended', end: { running: 1, failures: 2 } });
    expect(judgeAt(120, twice, 0)).toMatchObject({
      kind: 'giveUp',
      why: { kind: 'keeps-failing', later: 0 },
    });
  });

  it('that another one has replaced, or that shall have no task, is not watched', () => {
    expect(judgeAt(0, { ...twice, service: aService([newerDeployment()]) })).toEqual(green);
    const none = aService([aDeployment({ runningCount: 0 })], { desiredCount: 0 });
    expect(judgeAt(0, { ...twice, service: none })).toEqual(green);
  });
});

it('is watched for as long as the longest took, for two minutes at most, and where that is not known', () => {
  const failures = (seconds: readonly number[]) =>
    failed(...seconds.map((took) => ({ took, seen: 0 }))).tasks.flatMap((task) => failureOf(task) ?? []);
  fc.assert(
    fc.property(fc.array(fc.nat(600), { minLength: 1 }), (lives) => {
      expect(watchSeconds(failures(lives))).toBe(Math.min(120, Math.max(...lives)));
    }),
  );
  const unknown = aTask({ times: { ...aTask({}).times, created: undefined } });
  expect(watchSeconds([unknown].flatMap((task) => failureOf(task) ?? []))).toBe(120);
});

describe('a deployment that early success criteria call successful', () => {
  const early = (
    running: number,
    part: Partial<Snapshot> = {},
    old: readonly ReturnType<typeof aDeployment>[] = [],
  ) =>
    judgeCompleted(
      aSnapshotOf({
        service: aService([aDeployment({ rolloutState: 'COMPLETED', runningCount: running }), ...old], {
          deploymentConfiguration: { earlySuccessCriteria: { enable: true, healthyPercent: 50 } },
        }),
        completed: { at: completedAt, seconds: 0 },
        ...part,
      }),
      { kind: 'completed', running, desired: 2 },
      policy,
    );

  it('goes on until all its tasks run', () => {
    expect(early(1)).toEqual({ kind: 'completing', running: 1, desired: 2, draining: '' });
    expect(early(2)).toMatchObject({ kind: 'ended', end: { kind: 'completed', running: 2, draining: '' } });
  });

  it('says which of the old tasks drain', () => {
    const old = [
      olderDeployment({ runningCount: 3, taskDefinition: 'arn:aws:ecs:eu-west-1:1:task-definition/web:1' }),
    ];
    expect(early(2, {}, old)).toMatchObject({
      end: { draining: expect.stringMatching(/^3 tasks of web:1$/) },
    });
  });

  it('is not done while a task is not healthy', () => {
    const tasks = [
      aTask({
        arn: 'a',
        stopCode: undefined,
        times: { ...aTask({}).times, stopping: undefined, stopped: undefined },
      }),
    ];
    expect(early(2, { tasks }).kind).not.toBe('ended');
  });

  it('is given up when its tasks fail, and at the time limit', () => {
    const many = failed(...Array.from({ length: 3 }, () => ({ took: 5, seen: 5 })));
    expect(early(1, many)).toMatchObject({ kind: 'giveUp', why: { kind: 'tasks-failed' } });
    expect(early(1, { elapsedSeconds: 1800 })).toMatchObject({ kind: 'giveUp', why: { kind: 'time-limit' } });
  });
});
