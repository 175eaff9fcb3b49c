import {
  primaryStateOf,
  rollbackByPrimary,
  rollbackByStatus,
  rollbackRequestOf,
} from '../../src/deployment/rollback/choose-rollback.ts';
import type { IdentifiedDeployment } from '../../src/service/primary.ts';
import type { JsonObject } from '../../src/text/json.ts';
import { aDeployment, newerDeployment, olderDeployment } from './a-deployment.ts';

describe('our own service deployment says to', () => {
  it.each([
    ['follow the rollback that was asked for', 'ROLLBACK_REQUESTED', 'follow', 'follow'],
    ['follow the rollback that runs', 'ROLLBACK_IN_PROGRESS', 'follow', 'follow'],
    ['follow the rollback that is over', 'ROLLBACK_SUCCESSFUL', 'follow', 'follow'],
    ['do what a rollback that failed did not', 'ROLLBACK_FAILED', 'check-primary', 'check-primary'],
    ['ask for a rollback before its first task', 'PENDING', 'stop', 'check-primary'],
    ['ask for a rollback while it is in flight', 'IN_PROGRESS', 'stop', 'check-primary'],
    ['see what is PRIMARY when it is being stopped', 'STOP_REQUESTED', 'check-primary', 'check-primary'],
    ['see what is PRIMARY when it was stopped', 'STOPPED', 'check-primary', 'check-primary'],
    ['see what is PRIMARY when it succeeded', 'SUCCESSFUL', 'check-primary', 'check-primary'],
    ['see what is PRIMARY when it is not to be read', undefined, 'check-primary', 'check-primary'],
  ])('%s', (_, status, withRollbackTarget, without) => {
    expect([rollbackByStatus(status, true), rollbackByStatus(status, false)]).toEqual([
      withRollbackTarget,
      without,
    ]);
  });
});

describe('what is PRIMARY', () => {
  const ours = aDeployment();
  const own = { id: 'ecs-svc/200', createdAt: new Date(150) };

  it.each<[string, IdentifiedDeployment[] | undefined, ReturnType<typeof primaryStateOf>]>([
    ['is ours', [olderDeployment(), ours], { primary: ours, createdAt: new Date(200), isKnown: true }],
    [
      'is an older one again, beside ours',
      [olderDeployment({ status: 'PRIMARY' }), aDeployment({ status: 'ACTIVE' })],
      { primary: olderDeployment({ status: 'PRIMARY' }), createdAt: new Date(200), isKnown: true },
    ],
    [
      'is an older one, which may be a reading from before ours',
      [olderDeployment({ status: 'PRIMARY' })],
      { primary: olderDeployment({ status: 'PRIMARY' }), createdAt: new Date(150), isKnown: false },
    ],
    [
      'is a newer one, and ours is gone',
      [newerDeployment()],
      { primary: newerDeployment(), createdAt: new Date(150), isKnown: true },
    ],
    ['is not shown', [], { primary: undefined, createdAt: new Date(150), isKnown: false }],
    ['is not read', undefined, { primary: undefined, createdAt: new Date(150), isKnown: false }],
  ])('%s', (_, deployments, seen) => {
    expect(primaryStateOf(deployments, own)).toEqual(seen);
  });
});

describe('once PRIMARY is known', () => {
  const createdAt = new Date(200);
  const deployment = { id: 'ecs-svc/200' };
  const completed = aDeployment({ rolloutState: 'COMPLETED', runningCount: 1 });

  it.each<[string, IdentifiedDeployment | undefined, string | undefined, object]>([
    ['ours is updated away', aDeployment(), 'STOPPED', { kind: 'update' }],
    ['ours is updated away, whatever is told of it', aDeployment(), undefined, { kind: 'update' }],
    ['one that completed stays', completed, undefined, { kind: 'completed', running: 1, desired: 2 }],
    ['one that succeeded stays', aDeployment(), 'SUCCESSFUL', { kind: 'completed', running: 0, desired: 2 }],
    [
      'one that succeeded stays, of which no counts are told',
      { id: 'ecs-svc/200', taskDefinition: 'td/web:2' },
      'SUCCESSFUL',
      { kind: 'completed', running: 0, desired: 0 },
    ],
    ['a rollback to an older one is followed', olderDeployment(), 'STOPPED', { kind: 'follow' }],
    [
      'a newer one is left alone',
      newerDeployment(),
      'STOPPED',
      { kind: 'not-ours', primaryId: 'ecs-svc/300' },
    ],
    [
      'one of an unknown time is left alone',
      { id: 'ecs-svc/100', taskDefinition: 'td/web:1' },
      'STOPPED',
      { kind: 'not-ours', primaryId: 'ecs-svc/100' },
    ],
    [
      'a service that shows none is left alone',
      undefined,
      'STOPPED',
      { kind: 'not-ours', primaryId: undefined },
    ],
  ])('%s', (_, primary, status, way) => {
    expect(
      rollbackByPrimary({ primary, createdAt }, { deployment, status, rollsBackCompleted: false }),
    ).toEqual(way);
  });

  it.each([
    ['one that completed', completed, undefined],
    ['one that succeeded', aDeployment(), 'SUCCESSFUL'],
  ])('%s is updated away where that is wanted', (_, primary, status) => {
    expect(
      rollbackByPrimary({ primary, createdAt }, { deployment, status, rollsBackCompleted: true }),
    ).toEqual({
      kind: 'update',
    });
  });
});

describe('the update that leads back', () => {
  const deployment = { service: { name: 'web', arn: 's', clusterArn: 'c' }, target: 'web:2' };
  const strategy = [{ capacityProvider: 'FARGATE', weight: 1 }];

  it.each<[string, string, JsonObject, object]>([
    ['names the task definition alone', 'web:1', {}, {}],
    [
      'puts back what the run had changed',
      'web:1',
      { desiredCount: 3, platformVersion: '1.4.0' },
      { desiredCount: 3, platformVersion: '1.4.0' },
    ],
    ['is forced to the same revision', 'web:2', {}, { forceNewDeployment: true }],
    [
      'is forced with a strategy that is put back',
      'web:1',
      { capacityProviderStrategy: strategy },
      { capacityProviderStrategy: strategy, forceNewDeployment: true },
    ],
  ])('%s', (_, taskDefinition, settings, members) => {
    expect(rollbackRequestOf(taskDefinition, deployment, settings)).toEqual({
      cluster: 'c',
      service: 's',
      taskDefinition,
      ...members,
    });
  });
});
