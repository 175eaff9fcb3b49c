import type { Deployment, Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import { countFailures, judge, type Policy } from '../../src/rollout/judge.ts';
import type { Snapshot } from '../../src/rollout/snapshot.ts';
import type { TaskView } from '../../src/rollout/task.ts';

const ours = 'ecs-svc/200';
const policy: Policy = {
  failFast: true,
  circuitBreaker: false,
  limitSeconds: 1800,
  rollbackSeconds: 900,
  noProgressSeconds: undefined,
};

function deployment(part: Partial<Deployment> = {}): Deployment {
  return {
    id: ours,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    createdAt: new Date(200),
    desiredCount: 2,
    ...part,
  };
}

const older = (part: Partial<Deployment> = {}): Deployment =>
  deployment({
    id: 'ecs-svc/100',
    createdAt: new Date(100),
    status: 'ACTIVE',
    rolloutState: 'COMPLETED',
    ...part,
  });
const newer = (part: Partial<Deployment> = {}): Deployment =>
  deployment({ id: 'ecs-svc/300', createdAt: new Date(300), taskDefinition: 'td/web:9', ...part });

function service(deployments: Deployment[], part: Partial<Service> = {}): Service {
  return { status: 'ACTIVE', desiredCount: 2, deployments, ...part };
}

function snapshot(part: Partial<Snapshot> = {}): Snapshot {
  return {
    deploymentId: ours,
    createdAt: new Date(200),
    wantedCount: 2,
    service: service([deployment()]),
    serviceDeployment: undefined,
    events: [],
    tasks: [],
    healthy: new Map(),
    wasHealthy: false,
    failureSeen: new Map(),
    isServiceFresh: true,
    elapsedSeconds: 10,
    idleSeconds: 0,
    ...part,
  };
}

function task(id: string, part: Partial<TaskView> = {}): TaskView {
  return {
    arn: id,
    id,
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    healthStatus: 'UNKNOWN',
    privateIp: undefined,
    containers: [{ name: 'web', exitCode: 1, reason: undefined, healthStatus: 'UNKNOWN' }],
    times: { created: 1, pullStarted: 2, pullStopped: 3, started: 4, stopping: 5, stopped: 6 },
    ...part,
  };
}

function withFailures(count: number, part: Partial<TaskView> = {}): Pick<Snapshot, 'tasks' | 'failureSeen'> {
  const tasks = Array.from({ length: count }, (_, index) => task(`task${index}`, part));
  return { tasks, failureSeen: new Map(tasks.map(({ arn }, index) => [arn, 1000 + index])) };
}

describe('an end that ECS tells by the service deployment', () => {
  it.each<[string, Partial<ServiceDeployment>, Deployment[], object]>([
    [
      'SUCCESSFUL with all tasks',
      { status: 'SUCCESSFUL', targetServiceRevision: { runningTaskCount: 2 } },
      [deployment()],
      { kind: 'completed', running: 2, desired: 2 },
    ],
    [
      'rolled back by the breaker',
      { status: 'ROLLBACK_SUCCESSFUL', statusReason: 'the circuit breaker threshold was exceeded' },
      [older({ status: 'PRIMARY' })],
      { kind: 'rolled-back', by: 'circuit-breaker', reason: 'the circuit breaker threshold was exceeded' },
    ],
    [
      'rolled back by an alarm',
      { status: 'ROLLBACK_SUCCESSFUL', alarms: { status: 'TRIGGERED' } },
      [older({ status: 'PRIMARY' })],
      { kind: 'rolled-back', by: 'alarm', reason: '' },
    ],
    [
      'rolled back by a hook',
      { status: 'ROLLBACK_SUCCESSFUL', statusReason: 'PRE_SCALE_UP lifecycle hook(s) failed' },
      [older({ status: 'PRIMARY' })],
      { kind: 'rolled-back', by: 'hook', reason: 'PRE_SCALE_UP lifecycle hook(s) failed' },
    ],
    [
      'rollback failed',
      { status: 'ROLLBACK_FAILED', statusReason: 'no candidate for the circuit breaker' },
      [deployment()],
      {
        kind: 'rollback-failed',
        by: 'circuit-breaker',
        reason: 'no candidate for the circuit breaker',
        isFailedLeft: true,
      },
    ],
    [
      'stopped because of another deployment',
      { status: 'STOPPED' },
      [newer(), deployment({ status: 'ACTIVE' })],
      { kind: 'superseded', by: 'ecs-svc/300', taskDefinitionArn: 'td/web:9' },
    ],
    [
      'stopped by the breaker without rollback',
      { status: 'STOPPED', deploymentCircuitBreaker: { status: 'TRIGGERED' } },
      [deployment({ rolloutState: 'FAILED' }), older()],
      { kind: 'failed-in-place', by: 'circuit-breaker', reason: '' },
    ],
    [
      'stopped by an alarm without rollback',
      { status: 'STOPPED', alarms: { status: 'TRIGGERED' } },
      [deployment({ rolloutState: 'FAILED' }), older()],
      { kind: 'failed-in-place', by: 'alarm', reason: '' },
    ],
    [
      'failed, and nobody is told',
      { status: 'STOPPED' },
      [deployment({ rolloutState: 'FAILED' }), older()],
      { kind: 'failed-in-place', by: 'circuit-breaker', reason: '' },
    ],
    [
      'failed because a person stopped it',
      { status: 'STOPPED', statusReason: 'Stopped by user request.' },
      [deployment({ rolloutState: 'FAILED' }), older()],
      { kind: 'stopped', reason: 'Stopped by user request.' },
    ],
    [
      'superseded, though its breaker had been triggered',
      { status: 'STOPPED', deploymentCircuitBreaker: { status: 'TRIGGERED' } },
      [newer(), deployment({ status: 'ACTIVE', rolloutState: 'FAILED' })],
      { kind: 'superseded', by: 'ecs-svc/300', taskDefinitionArn: 'td/web:9' },
    ],
    ['stopped by a person', { status: 'STOPPED' }, [deployment()], { kind: 'stopped', reason: '' }],
  ])('%s', (_, serviceDeployment, deployments, end) => {
    const seen = snapshot({ serviceDeployment, service: service(deployments) });
    expect(judge(seen, policy)).toEqual({ kind: 'ended', end });
  });

  it('is no verdict while STOPPED is all that is known', () => {
    const seen = snapshot({ serviceDeployment: { status: 'STOPPED' }, service: undefined });
    expect(judge(seen, policy).kind).toBe('waiting');
  });

  it.each([
    'PENDING',
    'IN_PROGRESS',
    'STOP_REQUESTED',
    'ROLLBACK_REQUESTED',
    'ROLLBACK_IN_PROGRESS',
    'FROM_THE_FUTURE',
  ])('waits in the state %s', (status) => {
    const seen = snapshot({ serviceDeployment: { status } as ServiceDeployment });
    expect(judge(seen, policy).kind).toBe('waiting');
  });
});

describe('an end told by deployments[] where the service deployment is not to be had', () => {
  it.each<[string, Service, string]>([
    ['COMPLETED', service([deployment({ rolloutState: 'COMPLETED', runningCount: 2 })]), 'completed'],
    ['FAILED without rollback', service([deployment({ rolloutState: 'FAILED' })]), 'failed-in-place'],
    ['a newer PRIMARY', service([newer(), deployment({ status: 'ACTIVE' })]), 'superseded'],
    ['a newer PRIMARY alone', service([newer()]), 'superseded'],
    ['an older PRIMARY that is COMPLETED', service([older({ status: 'PRIMARY' })]), 'rolled-back'],
    [
      'an older PRIMARY that fails too',
      service([older({ status: 'PRIMARY', rolloutState: 'FAILED' })]),
      'rollback-failed',
    ],
    ['a service being deleted', service([deployment()], { status: 'DRAINING' }), 'service-gone'],
  ])('%s', (_, seen, kind) => {
    expect(judge(snapshot({ service: seen }), policy)).toMatchObject({ kind: 'ended', end: { kind } });
  });

  it.each<[string, Service]>([
    ['IN_PROGRESS', service([deployment()])],
    [
      'an older PRIMARY on its way back',
      service([older({ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }), deployment({ status: 'ACTIVE' })]),
    ],
    [
      'FAILED with a rollback to come',
      service([deployment({ rolloutState: 'FAILED' })], {
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      }),
    ],
  ])('waits: %s', (_, seen) => {
    expect(judge(snapshot({ service: seen }), policy).kind).toBe('waiting');
  });
});

describe('giving up', () => {
  it.each([
    ['two failures of two tasks', 2, {}, 'waiting'],
    ['the third failure', 3, {}, 'giveUp'],
    ['the third failure without fail-fast', 3, { failFast: false }, 'waiting'],
    ['three exits with a breaker, which forgets them', 3, { circuitBreaker: true }, 'giveUp'],
  ])('%s', (_, count, part, kind) => {
    expect(judge(snapshot(withFailures(count)), { ...policy, ...part }).kind).toBe(kind);
  });

  it('leaves to the breaker what the breaker counts', () => {
    const failures = withFailures(3, { stopCode: 'TaskFailedToStart' });
    expect(judge(snapshot(failures), { ...policy, circuitBreaker: true }).kind).toBe('waiting');
  });

  it.each([
    ['half of many tasks', 40, 20],
    ['at least three', 2, 3],
    ['at most two hundred', 1000, 200],
  ])('needs %s when the tasks fail in different ways', (_, desiredCount, threshold) => {
    const differing = Array.from({ length: 4 }, (__, index) =>
      task(`t${index}`, { stoppedReason: 'abcd'.slice(0, index + 1) }),
    );
    const seen = snapshot({
      tasks: differing,
      failureSeen: new Map(differing.map(({ arn }) => [arn, 1])),
      service: service([deployment()], { desiredCount }),
    });
    expect(countFailures(seen, policy).threshold).toBe(threshold);
  });

  it('calls three that failed alike before any was healthy, however many are wanted', () => {
    const seen = snapshot({ ...withFailures(3), service: service([deployment()], { desiredCount: 40 }) });
    expect(judge(seen, policy).kind).toBe('giveUp');
    expect(judge({ ...seen, wasHealthy: true }, policy).kind).toBe('waiting');
  });

  it('forgives failures before a task that is healthy still', () => {
    const seen = snapshot({ ...withFailures(3), healthy: new Map([['good', 5000]]), wasHealthy: true });
    expect(countFailures(seen, policy).counted).toEqual([]);
    expect(countFailures({ ...seen, healthy: new Map() }, policy).counted).toHaveLength(3);
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
    expect(judge(snapshot(withFailures(9, part)), policy).kind).toBe('waiting');
  });

  it('ends at the time limit while tasks are missing, and leaves a version that only drains', () => {
    const late = { elapsedSeconds: 1801 };
    expect(judge(snapshot(late), policy)).toMatchObject({ kind: 'giveUp', why: { kind: 'time-limit' } });
    const up = {
      ...late,
      service: service([deployment({ runningCount: 2 }), older({ runningCount: 1 })]),
      healthy: new Map([
        ['a', 1],
        ['b', 1],
      ]),
    };
    expect(judge(snapshot(up), policy)).toEqual({
      kind: 'ended',
      end: { kind: 'out-of-time', remaining: 'tasks of the old version are still draining' },
    });
  });

  it('ends without progress only where a limit is set', () => {
    const still = snapshot({ idleSeconds: 301 });
    expect(judge(still, policy).kind).toBe('waiting');
    expect(judge(still, { ...policy, noProgressSeconds: 300 })).toMatchObject({
      why: { kind: 'no-progress' },
    });
  });

  it('never gives up on what is not ours any more', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'STOP_REQUESTED'),
        fc.nat(50),
        fc.nat(100_000),
        (status, failures, elapsedSeconds) => {
          const seen = snapshot({
            ...withFailures(failures),
            elapsedSeconds,
            idleSeconds: elapsedSeconds,
            serviceDeployment: { status },
          });
          return judge(seen, { ...policy, noProgressSeconds: 1 }).kind !== 'giveUp';
        },
      ),
    );
  });

  it('waits at a hook and says which, until the limit', () => {
    const seen = snapshot({
      serviceDeployment: {
        status: 'IN_PROGRESS',
        lifecycleHookDetails: [{ hookId: 'ecs-pause-1', status: 'AWAITING_ACTION' }],
      },
    });
    expect(judge(seen, policy)).toEqual({ kind: 'paused', hook: 'ecs-pause-1', expires: undefined });
    expect(judge({ ...seen, elapsedSeconds: 9999 }, policy)).toMatchObject({
      end: { kind: 'paused-too-long' },
    });
  });
});

it('ends when ECS does not come to the end of its own rollback', () => {
  const seen = snapshot({ serviceDeployment: { status: 'ROLLBACK_IN_PROGRESS' }, elapsedSeconds: 2699 });
  expect(judge(seen, policy).kind).toBe('waiting');
  expect(judge({ ...seen, elapsedSeconds: 2700 }, policy)).toEqual({
    kind: 'ended',
    end: { kind: 'rollback-unfinished', elapsedSeconds: 2700 },
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
        const verdict = judge(
          snapshot({
            serviceDeployment: { status } as ServiceDeployment,
            service: service([deployment({ id, rolloutState, runningCount })]),
          }),
          policy,
        );
        return !(verdict.kind === 'ended' && verdict.end.kind === 'completed');
      },
    ),
  );
});
