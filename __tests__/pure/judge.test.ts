import type { Deployment, ServiceDeployment } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import { judge } from '../../src/deployment/judge.ts';
import type { Snapshot } from '../../src/deployment/observe/snapshot.ts';
import { failureOf } from '../../src/deployment/observe/task-failure.ts';
import type { RolloutPolicy } from '../../src/deployment/policy.ts';
import type { Phase, Verdict } from '../../src/deployment/verdict.ts';
import type { TaskView } from '../../src/service/task.ts';
import { aDeployment, aService, aSnapshotOf, olderDeployment } from './a-deployment.ts';
import { aTask } from './a-task.ts';
import { inStage } from './in-stage.ts';

const ours = 'ecs-svc/200';
const policy: RolloutPolicy = {
  failFast: true,
  circuitBreaker: false,
  limitSeconds: 1800,
  rollbackSeconds: 900,
  noProgressSeconds: undefined,
  followsUntil: 'completed',
};

function withFailures(count: number, part: Partial<TaskView> = {}): Pick<Snapshot, 'tasks' | 'failureSeen'> {
  const tasks = Array.from({ length: count }, (_, index) => aTask({ ...part, arn: `task${index}` }));
  return { tasks, failureSeen: new Map(tasks.map(({ arn }, index) => [arn, 1000 + index])) };
}

function healthy(count: number): Pick<Snapshot, 'healthy' | 'wasHealthy'> {
  const tasks = Array.from({ length: count }, (_, index) => [`healthy${index}`, 1] as const);
  return { healthy: new Map(tasks), wasHealthy: count > 0 };
}

/** In a state of the service deployment, or none where it can't be read. */
function inState(status: string | undefined, part: Partial<Snapshot> = {}): Snapshot {
  const serviceDeployment = status === undefined ? undefined : ({ status } as ServiceDeployment);
  return aSnapshotOf({ serviceDeployment, ...part });
}

/** The service with these deployments. */
const of = (...deployments: Deployment[]): Partial<Snapshot> => ({ service: aService(deployments) });
const up = { ...of(aDeployment({ runningCount: 2 })), ...healthy(2) };
const putBack = of(
  olderDeployment({ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }),
  aDeployment({ status: 'ACTIVE' }),
);
const willBeRolledBack = {
  service: aService([aDeployment({ rolloutState: 'FAILED' })], {
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  }),
};

it('an end that ECS tells is the verdict, whatever else is to be seen', () => {
  const seen = inState('STOPPED', { ...up, ...withFailures(9), elapsedSeconds: 99_999 });
  expect(judge(seen, policy)).toEqual({ kind: 'ended', end: { kind: 'stopped', reason: '' } });
});

describe('waiting', () => {
  it.each<[string, Snapshot, Phase]>([
    ['nothing is read yet', aSnapshotOf({ service: undefined }), 'starting'],
    ['PENDING', inState('PENDING'), 'starting'],
    ['IN_PROGRESS', inState('IN_PROGRESS'), 'starting'],
    ['tasks are missing', aSnapshotOf({ ...up, ...of(aDeployment({ runningCount: 1 })) }), 'starting'],
    [
      'another task is pending',
      aSnapshotOf({ ...up, ...of(aDeployment({ runningCount: 2, pendingCount: 1 })) }),
      'starting',
    ],
    ['all run and one is not healthy yet', aSnapshotOf({ ...up, ...healthy(1) }), 'starting'],
    ['all run and are healthy', aSnapshotOf(up), 'finishing'],
    ['all run and are healthy, IN_PROGRESS', inState('IN_PROGRESS', up), 'finishing'],
    ['all run and are healthy, PENDING', inState('PENDING', up), 'finishing'],
    [
      'more run than are wanted',
      aSnapshotOf({ ...up, ...of(aDeployment({ runningCount: 3 })) }),
      'finishing',
    ],
    ['ROLLBACK_REQUESTED', inState('ROLLBACK_REQUESTED', up), 'ecs-rolling-back'],
    ['ROLLBACK_IN_PROGRESS', inState('ROLLBACK_IN_PROGRESS', up), 'ecs-rolling-back'],
    ['an older one is PRIMARY again', aSnapshotOf(putBack), 'ecs-rolling-back'],
    ['an older one is PRIMARY again, IN_PROGRESS', inState('IN_PROGRESS', putBack), 'ecs-rolling-back'],
    [
      'an older one is PRIMARY while traffic shifts',
      aSnapshotOf({ ...putBack, serviceDeployment: inStage('SCALE_UP', 0, 0) }),
      'starting',
    ],
    ['it failed, and ECS will roll it back', aSnapshotOf(willBeRolledBack), 'ecs-rolling-back'],
    ['STOP_REQUESTED', inState('STOP_REQUESTED', up), 'ecs-stopping'],
    ['STOPPED, and the service not read yet', inState('STOPPED', { service: undefined }), 'ecs-stopping'],
    ['a state that is not known', inState('FROM_THE_FUTURE', up), 'unknown-state'],
  ])('%s', (_, seen, phase) => {
    expect(judge(seen, policy)).toEqual({ kind: 'waiting', phase, failures: { count: 0, threshold: 3 } });
  });

  it('tells how many tasks failed, and how many are too many', () => {
    const service = aService([aDeployment()], { desiredCount: 10 });
    const failures = { count: 2, threshold: 5 };
    expect(judge(aSnapshotOf({ ...withFailures(2), service }), policy)).toEqual({
      kind: 'waiting',
      phase: 'starting',
      failures,
    });
  });
});

describe('giving up', () => {
  it.each([
    ['two failures of two tasks', 2, {}, 'waiting'],
    ['the third failure', 3, {}, 'giveUp'],
    ['the third failure without fail-fast', 3, { failFast: false }, 'waiting'],
    ['three exits with a breaker, which forgets them', 3, { circuitBreaker: true }, 'giveUp'],
  ])('%s', (_, count, part, kind) => {
    expect(judge(aSnapshotOf(withFailures(count)), { ...policy, ...part }).kind).toBe(kind);
  });

  it.each([
    ['while tasks are missing', {}],
    ['when all run by now', of(aDeployment({ runningCount: 2 }))],
    [
      'in a state that is not known',
      { serviceDeployment: { status: 'LATER' } as unknown as ServiceDeployment },
    ],
  ])('names the failures and how many were too many, %s', (_, part) => {
    const seen = aSnapshotOf({ ...withFailures(4), ...part });
    expect(judge(seen, policy)).toEqual({
      kind: 'giveUp',
      why: {
        kind: 'tasks-failed',
        failures: seen.tasks.flatMap((task) => failureOf(task) ?? []),
        threshold: 3,
      },
    });
  });

  it('leaves to the breaker what the breaker counts', () => {
    const failures = withFailures(3, { stopCode: 'TaskFailedToStart' });
    expect(judge(aSnapshotOf(failures), { ...policy, circuitBreaker: true }).kind).toBe('waiting');
  });

  it('calls three that failed the same way before any was healthy, however many are wanted', () => {
    const service = aService([aDeployment()], { desiredCount: 40 });
    const seen = aSnapshotOf({ ...withFailures(3), service });
    expect(judge(seen, policy).kind).toBe('giveUp');
    expect(judge({ ...seen, wasHealthy: true }, policy).kind).toBe('waiting');
  });

  it.each([
    [
      'scaling',
      {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Scaling activity initiated by (deployment x)',
      },
    ],
    ['a person', { stopCode: 'UserInitiated' }],
    ['Spot', { stopCode: 'SpotInterruption' }],
    ['maintenance', { stopCode: 'InfrastructureHealth' }],
    ['a code that is not known yet', { stopCode: 'FromTheFuture' }],
    ['nothing: it runs', { stopCode: undefined, lastStatus: 'RUNNING' }],
  ])('does not count tasks stopped by %s', (_, part) => {
    expect(judge(aSnapshotOf(withFailures(9, part)), policy).kind).toBe('waiting');
  });

  it('never gives up on what is not ours any more', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'STOP_REQUESTED'),
        fc.nat(50),
        fc.nat(100_000),
        (status, failures, elapsedSeconds) => {
          const seen = inState(status, {
            ...withFailures(failures),
            elapsedSeconds,
            idleSeconds: elapsedSeconds,
          });
          return judge(seen, { ...policy, noProgressSeconds: 1 }).kind !== 'giveUp';
        },
      ),
    );
  });
});

describe('the time limit', () => {
  const giveUp = (elapsedSeconds: number): Verdict => ({
    kind: 'giveUp',
    why: { kind: 'time-limit', elapsedSeconds },
  });
  const outOfTime = (remaining: string): Verdict => ({
    kind: 'ended',
    end: { kind: 'out-of-time', remaining },
  });
  const draining = outOfTime('tasks of the old version are still draining');
  const baking = outOfTime('a bake time is running');

  it.each<[string, Partial<Snapshot>, Verdict]>([
    ['gives up while tasks are missing', {}, giveUp(1800)],
    [
      'gives up in a state that is not known',
      { serviceDeployment: { status: 'LATER' } as unknown as ServiceDeployment },
      giveUp(1800),
    ],
    [
      'leaves a version that is up while old tasks drain',
      { ...up, ...of(aDeployment({ runningCount: 2 }), olderDeployment({ runningCount: 1 })) },
      draining,
    ],
    [
      'leaves a version that is up when the old ones are gone',
      {
        ...up,
        ...of(aDeployment({ runningCount: 2 }), olderDeployment({ runningCount: 0 }), { id: 'ecs-svc/50' }),
      },
      baking,
    ],
    [
      'leaves a version that is up by the service deployment alone',
      {
        ...healthy(2),
        service: undefined,
        serviceDeployment: { status: 'IN_PROGRESS', targetServiceRevision: { runningTaskCount: 2 } },
      },
      baking,
    ],
    [
      'leaves a version that is up while the service shows no deployments',
      {
        ...healthy(2),
        service: { desiredCount: 2 },
        serviceDeployment: { status: 'IN_PROGRESS', targetServiceRevision: { runningTaskCount: 2 } },
      },
      baking,
    ],
  ])('%s', (_, part, verdict) => {
    const seen = aSnapshotOf({ ...part, elapsedSeconds: 1800 });
    expect(judge(seen, policy)).toEqual(verdict);
    expect(judge({ ...seen, elapsedSeconds: 1799 }, policy).kind).toBe('waiting');
  });

  it('without progress holds only where it is set, and while tasks are missing', () => {
    const still = aSnapshotOf({ idleSeconds: 300 });
    expect(judge(still, policy).kind).toBe('waiting');
    expect(judge(still, { ...policy, noProgressSeconds: 301 }).kind).toBe('waiting');
    expect(judge(still, { ...policy, noProgressSeconds: 300 })).toEqual({
      kind: 'giveUp',
      why: { kind: 'no-progress', idleSeconds: 300 },
    });
    expect(judge({ ...still, ...up }, { ...policy, noProgressSeconds: 300 }).kind).toBe('waiting');
  });

  it.each<[string, ServiceDeployment, boolean]>([
    ['while tasks start', inStage('SCALE_UP', 0, 0), true],
    ['while nothing tells the stage', { status: 'IN_PROGRESS' }, true],
    ['before tasks start', inStage('PRE_SCALE_UP', 0, 0), false],
    [
      'while traffic shifts, which takes Network Load Balancers ten minutes',
      inStage('TEST_TRAFFIC_SHIFT', 0, 100),
      false,
    ],
    ['while a step bakes', inStage('PRODUCTION_TRAFFIC_SHIFT', 10, 100), false],
    ['in a bake time', inStage('BAKE_TIME', 100, 100), false],
    ['in a stage that is unknown here', inStage('LATER'), false],
    [
      'while a Lambda hook runs',
      { status: 'IN_PROGRESS', lifecycleHookDetails: [{ targetType: 'AWS_LAMBDA', status: 'IN_PROGRESS' }] },
      false,
    ],
    [
      'while a hook has a status that is unknown here',
      inStage('SCALE_UP', 0, 0, { lifecycleHookDetails: [{ status: 'LATER' as 'FAILED' }] }),
      false,
    ],
  ])('without progress counts %s: %j', (_, serviceDeployment, counts) => {
    const still = aSnapshotOf({ serviceDeployment, idleSeconds: 300 });
    expect(judge(still, { ...policy, noProgressSeconds: 300 }).kind).toBe(counts ? 'giveUp' : 'waiting');
  });

  it.each<[ServiceDeployment, Verdict]>([
    [inStage('PRE_SCALE_UP', 0, 0), giveUp(1800)],
    [inStage('SCALE_UP', 0, 0), giveUp(1800)],
    [inStage('PRODUCTION_TRAFFIC_SHIFT', 10, 100), giveUp(1800)],
    [inStage('BAKE_TIME', 100, 100), giveUp(1800)],
  ])(
    'rolls back a version with fewer healthy tasks than wanted, whatever the stage: %j',
    (record, verdict) => {
      expect(judge(aSnapshotOf({ serviceDeployment: record, elapsedSeconds: 1800 }), policy)).toEqual(
        verdict,
      );
    },
  );

  it.each<[ServiceDeployment, number | 'unknown' | undefined]>([
    [inStage('POST_SCALE_UP', 0, 0), 0],
    [inStage('PRODUCTION_TRAFFIC_SHIFT', 10, 100), 10],
    [inStage('PRODUCTION_TRAFFIC_SHIFT'), 'unknown'],
    [inStage('LATER'), 'unknown'],
    [inStage('POST_PRODUCTION_TRAFFIC_SHIFT', 100), undefined],
    [inStage('BAKE_TIME', 100), undefined],
    [inStage('CLEAN_UP', 100), undefined],
  ])('leaves a version whose tasks are all healthy, and says what it waits for: %j', (record, production) => {
    const targetServiceRevision = { ...record.targetServiceRevision, runningTaskCount: 2 };
    const seen = aSnapshotOf({
      ...up,
      serviceDeployment: { ...record, targetServiceRevision },
      elapsedSeconds: 1800,
    });
    const remaining = `the deployment is in the stage ${record.lifecycleStage}`;
    expect(judge(seen, policy)).toEqual({
      kind: 'ended',
      end: { kind: 'out-of-time', remaining, ...(production === undefined ? {} : { production }) },
    });
  });

  it('of ECS’s own rollback is its own on top', () => {
    const seen = inState('ROLLBACK_IN_PROGRESS', { elapsedSeconds: 2699 });
    expect(judge(seen, policy).kind).toBe('waiting');
    expect(judge({ ...seen, elapsedSeconds: 2700 }, policy)).toEqual({
      kind: 'ended',
      end: { kind: 'rollback-unfinished', elapsedSeconds: 2700 },
    });
  });
});

describe('a lifecycle hook', () => {
  const expires = new Date(9000);
  const unset = { stage: undefined, timeoutAction: undefined };
  const withHooks = (...hooks: NonNullable<ServiceDeployment['lifecycleHookDetails']>) =>
    aSnapshotOf({ serviceDeployment: { status: 'IN_PROGRESS', lifecycleHookDetails: hooks } });
  const waits = { hookId: 'ecs-pause-1', status: 'AWAITING_ACTION', expiresAt: expires } as const;

  it.each<[string, Snapshot, Verdict]>([
    ['that waits for somebody', withHooks(waits), { kind: 'paused', hook: 'ecs-pause-1', expires, ...unset }],
    [
      'that waits for somebody, beside one that is done',
      withHooks({ hookId: 'done', status: 'SUCCEEDED' }, waits),
      { kind: 'paused', hook: 'ecs-pause-1', expires, ...unset },
    ],
    [
      'that tells nothing of itself',
      withHooks({ status: 'AWAITING_ACTION' }),
      { kind: 'paused', hook: 'unknown', expires: undefined, ...unset },
    ],
    [
      'whose name is not fit for printing',
      withHooks({ ...waits, hookId: 'a\n::error::b' }),
      { kind: 'paused', hook: 'a ::error::b', expires, ...unset },
    ],
  ])('%s pauses the rollout', (_, seen, verdict) => {
    expect(judge(seen, policy)).toEqual(verdict);
    expect(judge({ ...seen, idleSeconds: 9999 }, { ...policy, noProgressSeconds: 1 })).toEqual(verdict);
  });

  it('that is done pauses nothing', () => {
    expect(judge(withHooks({ hookId: 'done', status: 'SUCCEEDED' }), policy).kind).toBe('waiting');
  });

  it('that nobody answers until the limit ends it, without taking the version away', () => {
    const seen = { ...withHooks(waits), elapsedSeconds: 1800 };
    expect(judge(seen, policy)).toEqual({
      kind: 'ended',
      end: { kind: 'paused-too-long', hook: 'ecs-pause-1', expires, ...unset },
    });
  });

  it('that waits for somebody is where a step ends that follows until then', () => {
    const seen = { ...withHooks(waits), elapsedSeconds: 1800 };
    expect(judge(seen, { ...policy, followsUntil: 'paused' })).toEqual({
      kind: 'ended',
      end: { kind: 'paused', hook: 'ecs-pause-1', expires, ...unset },
    });
  });

  it('of a deployment that rolls back is no pause to end at', () => {
    const { serviceDeployment } = withHooks(waits);
    const seen = aSnapshotOf({ serviceDeployment: { ...serviceDeployment, status: 'ROLLBACK_IN_PROGRESS' } });
    expect(judge(seen, { ...policy, followsUntil: 'paused' }).kind).not.toBe('ended');
  });
});

describe('a step that follows until the traffic has shifted', () => {
  const shifting = (
    lifecycleStage: string,
    requestedProductionTrafficWeight: number,
    status = 'IN_PROGRESS',
  ) =>
    aSnapshotOf({
      serviceDeployment: {
        status,
        lifecycleStage,
        targetServiceRevision: { requestedProductionTrafficWeight },
      } as ServiceDeployment,
    });

  it.each<[string, number, boolean]>([
    ['PRODUCTION_TRAFFIC_SHIFT', 10, false],
    // Requested, and perhaps not in effect yet.
    ['PRODUCTION_TRAFFIC_SHIFT', 100, false],
    ['POST_PRODUCTION_TRAFFIC_SHIFT', 100, true],
    ['BAKE_TIME', 100, true],
    ['CLEAN_UP', 100, true],
    ['BAKE_TIME', 0, false],
    ['A_NEW_STAGE', 100, false],
  ])('in %s with %i %% of the traffic: %j', (stage, weight, hasEnded) => {
    const seen = shifting(stage, weight);
    const verdict = judge(seen, { ...policy, followsUntil: 'traffic-shifted' });
    expect(verdict.kind === 'ended' && verdict.end.kind === 'traffic-shifted').toBe(hasEnded);
    expect(judge(seen, policy).kind).toBe('waiting');
  });

  it('goes on while ECS rolls back', () => {
    const seen = shifting('BAKE_TIME', 100, 'ROLLBACK_REQUESTED');
    expect(judge(seen, { ...policy, followsUntil: 'traffic-shifted' })).toMatchObject({
      kind: 'waiting',
      phase: 'ecs-rolling-back',
    });
  });

  it('gives up on failed tasks first', () => {
    const seen = { ...shifting('BAKE_TIME', 100), ...withFailures(9) };
    expect(judge(seen, { ...policy, followsUntil: 'traffic-shifted' }).kind).toBe('giveUp');
  });
});

it('is green only for a deployment that ECS calls successful or completed', () => {
  const statuses = [
    'PENDING',
    'IN_PROGRESS',
    'STOPPED',
    'STOP_REQUESTED',
    'ROLLBACK_FAILED',
    'ROLLBACK_SUCCESSFUL',
    'NEW',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...statuses),
      fc.constantFrom('IN_PROGRESS', 'COMPLETED', 'FAILED'),
      fc.constantFrom(ours, 'ecs-svc/100', 'ecs-svc/300'),
      fc.nat(5),
      (status, rolloutState, id, runningCount) => {
        const verdict = judge(inState(status, of(aDeployment({ id, rolloutState, runningCount }))), policy);
        return !(verdict.kind === 'ended' && verdict.end.kind === 'completed');
      },
    ),
  );
});
