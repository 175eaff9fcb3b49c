import { endOfRollback, isUp, type StartedRollback } from '../../src/deployment/rollback/end-of-rollback.ts';

const own = { id: 'ecs-svc/2', createdAt: new Date(200) };
const byEcs: StartedRollback = { kind: 'by-ecs', serviceDeploymentArn: 'sd/2', asked: true, left: [] };
const ours = {
  id: 'ecs-svc/2',
  taskDefinition: 'x/web:2',
  createdAt: new Date(200),
  runningCount: 2,
  desiredCount: 2,
};
const old = {
  id: 'ecs-svc/1',
  createdAt: new Date(100),
  taskDefinition: 'x/web:1',
  rolloutState: 'COMPLETED' as const,
  runningCount: 2,
  desiredCount: 2,
};
const newer = { ...old, id: 'ecs-svc/3', createdAt: new Date(300) };
const back = {
  kind: 'back',
  deploymentId: 'ecs-svc/1',
  taskDefinitionArn: 'x/web:1',
  running: 2,
  desired: 2,
  isCompleted: true,
};
const unread: StartedRollback = { kind: 'by-ecs', serviceDeploymentArn: undefined, asked: true, left: [] };
const byUpdate: StartedRollback = {
  kind: 'by-update',
  deploymentId: 'ecs-svc/3',
  taskDefinitionArn: 'x/web:1',
  left: [],
};

describe('an undo by ECS', () => {
  it.each([
    ['goes on while it is asked for', ours, { status: 'ROLLBACK_REQUESTED' }, undefined],
    ['goes on while it is asked for, whatever is PRIMARY', old, { status: 'ROLLBACK_REQUESTED' }, undefined],
    ['goes on while it rolls back', old, { status: 'ROLLBACK_IN_PROGRESS' }, undefined],
    ['goes on while its own deployment is not read', old, undefined, undefined],
    ['is back', old, { status: 'ROLLBACK_SUCCESSFUL' }, back],
    ['came too late', ours, { status: 'SUCCESSFUL' }, { kind: 'completed', running: 2, desired: 2 }],
    ['failed', ours, { status: 'ROLLBACK_FAILED', statusReason: 'no.' }, { kind: 'failed', why: 'no.' }],
    [
      'was stopped in place',
      ours,
      { status: 'STOPPED' },
      { kind: 'failed', why: 'the service deployment ended as STOPPED' },
    ],
    ['was superseded', newer, { status: 'STOPPED' }, { kind: 'not-ours', primaryId: 'ecs-svc/3' }],
    [
      'ended on an old version that fails too',
      { ...old, rolloutState: 'FAILED' as const, rolloutStateReason: 'crash' },
      { status: 'ROLLBACK_SUCCESSFUL' },
      { kind: 'failed', why: 'crash' },
    ],
    [
      'failed without a word',
      ours,
      { status: 'ROLLBACK_FAILED' },
      { kind: 'failed', why: 'the service deployment ended as ROLLBACK_FAILED' },
    ],
    [
      'failed though the old version is PRIMARY',
      old,
      { status: 'ROLLBACK_FAILED', statusReason: 'no.' },
      { kind: 'failed', why: 'no.' },
    ],
    [
      'was stopped while PRIMARY is not seen',
      undefined,
      { status: 'STOPPED' },
      { kind: 'failed', why: 'the service deployment ended as STOPPED' },
    ],
    ['was stopped with the old version PRIMARY', old, { status: 'STOPPED' }, back],
    [
      'was superseded by one of an unknown time',
      { ...newer, createdAt: undefined },
      { status: 'STOPPED' },
      { kind: 'not-ours', primaryId: 'ecs-svc/3' },
    ],
    [
      'was superseded before its own end was told',
      newer,
      { status: 'IN_PROGRESS' },
      { kind: 'not-ours', primaryId: 'ecs-svc/3' },
    ],
    [
      'is back by a deployment that is newer, since ECS says that it rolled back',
      newer,
      { status: 'ROLLBACK_SUCCESSFUL' },
      { ...back, deploymentId: 'ecs-svc/3' },
    ],
    [
      'is back by a deployment that was made before the rollback finished',
      newer,
      { status: 'ROLLBACK_SUCCESSFUL', finishedAt: new Date(300) },
      { ...back, deploymentId: 'ecs-svc/3' },
    ],
    [
      'was superseded by a deployment that was made after the rollback finished',
      newer,
      { status: 'ROLLBACK_SUCCESSFUL', finishedAt: new Date(299) },
      { kind: 'not-ours', primaryId: 'ecs-svc/3' },
    ],
    [
      'is back, and PRIMARY is of an unknown time, after the rollback finished',
      { ...old, createdAt: undefined },
      { status: 'ROLLBACK_SUCCESSFUL', finishedAt: new Date(299) },
      back,
    ],
    [
      'is back, and PRIMARY is of an unknown time',
      { ...old, createdAt: undefined },
      { status: 'IN_PROGRESS' },
      back,
    ],
    [
      'goes on while the old version comes up',
      { ...old, rolloutState: 'IN_PROGRESS' as const },
      { status: 'ROLLBACK_SUCCESSFUL' },
      undefined,
    ],
    [
      'is back without a state of the rollout',
      { ...old, rolloutState: undefined },
      { status: 'ROLLBACK_SUCCESSFUL' },
      back,
    ],
    [
      'goes on without a state of the rollout while tasks are missing',
      { ...old, rolloutState: undefined, runningCount: 1 },
      { status: 'ROLLBACK_SUCCESSFUL' },
      undefined,
    ],
    [
      'is back with all that ECS leaves out',
      { id: 'ecs-svc/1', taskDefinition: 'x/web:1', rolloutState: 'COMPLETED' as const },
      { status: 'ROLLBACK_SUCCESSFUL' },
      { ...back, running: 0, desired: 0 },
    ],
    [
      'ended on an old version that fails without a word',
      { ...old, rolloutState: 'FAILED' as const },
      { status: 'ROLLBACK_SUCCESSFUL' },
      { kind: 'failed', why: 'the deployment of the old version failed too' },
    ],
    ['succeeded, and the old version is PRIMARY all the same', old, { status: 'SUCCESSFUL' }, back],
    ['succeeded, and PRIMARY is not seen', undefined, { status: 'SUCCESSFUL' }, undefined],
    [
      'completed without counts',
      { id: 'ecs-svc/2', taskDefinition: 'x/web:2' },
      { status: 'SUCCESSFUL' },
      { kind: 'completed', running: 0, desired: 0 },
    ],
    ['goes on while nothing is seen', undefined, { status: 'ROLLBACK_REQUESTED' }, undefined],
    ['goes on in a state that nobody knows yet', ours, { status: 'NEW_STATE' }, undefined],
  ])('%s', (_, primary, deployment, expected) => {
    expect(endOfRollback(own, byEcs, primary, deployment as never)).toEqual(expected);
  });
});

describe('a rollback by ECS whose service deployment is unknown', () => {
  it.each([
    ['goes on while ours is PRIMARY', ours, undefined],
    ['is back when the old version is PRIMARY', old, back],
    ['was superseded', newer, { kind: 'not-ours', primaryId: 'ecs-svc/3' }],
    ['goes on while nothing is seen', undefined, undefined],
  ])('%s', (_, primary, expected) => {
    expect(endOfRollback(own, unread, primary, undefined)).toEqual(expected);
  });
});

describe('a rollback by an update', () => {
  it.each<[string, Parameters<typeof isUp>[2], object | undefined]>([
    ['goes on while ours is PRIMARY', ours, undefined],
    ['is back when its own deployment is PRIMARY', newer, { ...back, deploymentId: 'ecs-svc/3' }],
    [
      'was superseded by another',
      { ...newer, id: 'ecs-svc/4' },
      { kind: 'not-ours', primaryId: 'ecs-svc/4' },
    ],
    [
      'was superseded by one of an unknown time',
      { ...old, createdAt: undefined },
      { kind: 'not-ours', primaryId: 'ecs-svc/1' },
    ],
    ['is back when ECS has rolled it back to the version from before', old, back],
    ['goes on while its tasks are missing', { ...newer, rolloutState: 'IN_PROGRESS' as const }, undefined],
  ])('%s', (_, primary, expected) => {
    expect(endOfRollback(own, byUpdate, primary, undefined)).toEqual(expected);
  });
});

describe('the rollback target is up', () => {
  it.each<[string, StartedRollback, Parameters<typeof isUp>[2], boolean]>([
    ['with all its tasks', byEcs, old, true],
    ['with more tasks than it shall have', byEcs, { ...old, runningCount: 3 }, true],
    ['not with a task too few', byEcs, { ...old, runningCount: 1 }, false],
    ['not while a task is pending', byEcs, { ...old, pendingCount: 1 }, false],
    [
      'of a service without tasks',
      byEcs,
      { id: 'ecs-svc/1', taskDefinition: 'x/web:1', createdAt: new Date(100) },
      true,
    ],
    ['not while ours is PRIMARY', byEcs, ours, false],
    ['not while PRIMARY is not seen', byEcs, undefined, false],
    ['not when another is PRIMARY', byEcs, newer, false],
    ['by its own deployment', byUpdate, newer, true],
    ['by the version from before, which ECS went back to', byUpdate, old, true],
    ['not when another than its own is PRIMARY', byUpdate, { ...newer, id: 'ecs-svc/4' }, false],
  ])('%s', (_, started, primary, expected) => {
    expect(isUp(own, started, primary)).toBe(expected);
  });
});
