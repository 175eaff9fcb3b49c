import type { Deployment, Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { type End, endOf } from '../../src/deployment/observe/end.ts';
import { aDeployment, aService, aSnapshotOf, newerDeployment, olderDeployment } from './a-deployment.ts';

describe('an end that ECS tells by the service deployment', () => {
  it.each<[string, Partial<ServiceDeployment>, Deployment[], End]>([
    [
      'SUCCESSFUL with all tasks',
      { status: 'SUCCESSFUL', targetServiceRevision: { runningTaskCount: 2 } },
      [aDeployment()],
      { kind: 'completed', running: 2, desired: 2 },
    ],
    [
      'rolled back by the breaker',
      { status: 'ROLLBACK_SUCCESSFUL', statusReason: 'the circuit breaker threshold was exceeded' },
      [olderDeployment({ status: 'PRIMARY' })],
      { kind: 'rolled-back', by: 'circuit-breaker', reason: 'the circuit breaker threshold was exceeded' },
    ],
    [
      'rolled back by an alarm',
      { status: 'ROLLBACK_SUCCESSFUL', alarms: { status: 'TRIGGERED' } },
      [olderDeployment({ status: 'PRIMARY' })],
      { kind: 'rolled-back', by: 'alarm', reason: '' },
    ],
    [
      'rolled back by a hook',
      { status: 'ROLLBACK_SUCCESSFUL', statusReason: 'PRE_SCALE_UP lifecycle hook(s) failed' },
      [olderDeployment({ status: 'PRIMARY' })],
      { kind: 'rolled-back', by: 'hook', reason: 'PRE_SCALE_UP lifecycle hook(s) failed' },
    ],
    [
      'rollback failed',
      { status: 'ROLLBACK_FAILED', statusReason: 'no candidate for the circuit breaker' },
      [aDeployment()],
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
      [newerDeployment(), aDeployment({ status: 'ACTIVE' })],
      { kind: 'superseded', by: 'ecs-svc/300', taskDefinitionArn: 'td/web:9' },
    ],
    [
      'stopped by the breaker without rollback',
      { status: 'STOPPED', deploymentCircuitBreaker: { status: 'TRIGGERED' } },
      [aDeployment({ rolloutState: 'FAILED' }), olderDeployment()],
      { kind: 'failed-in-place', by: 'circuit-breaker', reason: '' },
    ],
    [
      'stopped by an alarm without rollback',
      { status: 'STOPPED', alarms: { status: 'TRIGGERED' } },
      [aDeployment({ rolloutState: 'FAILED' }), olderDeployment()],
      { kind: 'failed-in-place', by: 'alarm', reason: '' },
    ],
    [
      'failed, and nobody is told',
      { status: 'STOPPED' },
      [aDeployment({ rolloutState: 'FAILED' }), olderDeployment()],
      { kind: 'failed-in-place', by: 'circuit-breaker', reason: '' },
    ],
    [
      'failed because a person stopped it',
      { status: 'STOPPED', statusReason: 'Stopped by user request.' },
      [aDeployment({ rolloutState: 'FAILED' }), olderDeployment()],
      { kind: 'stopped', reason: 'Stopped by user request.' },
    ],
    [
      'superseded, though its breaker had been triggered',
      { status: 'STOPPED', deploymentCircuitBreaker: { status: 'TRIGGERED' } },
      [newerDeployment(), aDeployment({ status: 'ACTIVE', rolloutState: 'FAILED' })],
      { kind: 'superseded', by: 'ecs-svc/300', taskDefinitionArn: 'td/web:9' },
    ],
    ['stopped by a person', { status: 'STOPPED' }, [aDeployment()], { kind: 'stopped', reason: '' }],
    [
      'rolled back for a reason that nobody knows yet',
      { status: 'ROLLBACK_SUCCESSFUL', statusReason: 'later' },
      [olderDeployment({ status: 'PRIMARY' })],
      { kind: 'rolled-back', by: 'unknown', reason: 'later' },
    ],
    [
      'rolled back by the breaker, by its status alone',
      { status: 'ROLLBACK_SUCCESSFUL', deploymentCircuitBreaker: { status: 'TRIGGERED' } },
      [olderDeployment({ status: 'PRIMARY' })],
      { kind: 'rolled-back', by: 'circuit-breaker', reason: '' },
    ],
    [
      'rolled back by a person, with the reason of the rollback alone',
      { status: 'ROLLBACK_SUCCESSFUL', rollback: { reason: 'Rollback requested by user.' } },
      [olderDeployment({ status: 'PRIMARY' })],
      { kind: 'rolled-back', by: 'person', reason: 'Rollback requested by user.' },
    ],
    [
      'rolled back by an alarm, by the reason alone',
      { status: 'ROLLBACK_SUCCESSFUL', statusReason: 'ALARM errors', rollback: { reason: 'x' } },
      [olderDeployment({ status: 'PRIMARY' })],
      { kind: 'rolled-back', by: 'alarm', reason: 'ALARM errors' },
    ],
    [
      'a rollback that failed after the old version had been put back',
      { status: 'ROLLBACK_FAILED' },
      [olderDeployment({ status: 'PRIMARY' })],
      { kind: 'rollback-failed', by: 'unknown', reason: '', isFailedLeft: false },
    ],
    [
      'a rollback that failed, with no PRIMARY to be seen',
      { status: 'ROLLBACK_FAILED' },
      [],
      { kind: 'rollback-failed', by: 'unknown', reason: '', isFailedLeft: false },
    ],
    [
      "another deployment after ECS's rollback",
      { status: 'ROLLBACK_SUCCESSFUL', finishedAt: new Date(299), statusReason: 'circuit breaker' },
      [newerDeployment()],
      {
        kind: 'superseded',
        by: 'ecs-svc/300',
        taskDefinitionArn: 'td/web:9',
        after: { by: 'circuit-breaker', reason: 'circuit breaker', hasFailed: false },
      },
    ],
    [
      "another deployment after ECS's rollback had failed",
      { status: 'ROLLBACK_FAILED', finishedAt: new Date(299), alarms: { status: 'TRIGGERED' } },
      [newerDeployment()],
      {
        kind: 'superseded',
        by: 'ecs-svc/300',
        taskDefinitionArn: 'td/web:9',
        after: { by: 'alarm', reason: '', hasFailed: true },
      },
    ],
    [
      'a rollback by a deployment of its own, made before its end',
      { status: 'ROLLBACK_SUCCESSFUL', finishedAt: new Date(300) },
      [newerDeployment()],
      { kind: 'rolled-back', by: 'unknown', reason: '' },
    ],
    [
      'a rollback whose end is not told',
      { status: 'ROLLBACK_SUCCESSFUL' },
      [newerDeployment()],
      { kind: 'rolled-back', by: 'unknown', reason: '' },
    ],
    [
      'a rollback that failed and left our deployment',
      { status: 'ROLLBACK_FAILED', finishedAt: new Date(1) },
      [aDeployment()],
      { kind: 'rollback-failed', by: 'unknown', reason: '', isFailedLeft: true },
    ],
    [
      'stopped by the breaker before the deployment was called failed',
      { status: 'STOPPED', deploymentCircuitBreaker: { status: 'TRIGGERED' } },
      [aDeployment(), olderDeployment()],
      { kind: 'failed-in-place', by: 'circuit-breaker', reason: '' },
    ],
    [
      'an end whose reason is not fit for printing',
      { status: 'STOPPED', statusReason: '\u001b[31mstopped\n::error::x' },
      [aDeployment()],
      { kind: 'stopped', reason: 'stopped ::error::x' },
    ],
  ])('%s', (_, serviceDeployment, deployments, end) => {
    expect(endOf(aSnapshotOf({ serviceDeployment, service: aService(deployments) }))).toEqual(end);
  });

  it.each([
    'PENDING',
    'IN_PROGRESS',
    'STOP_REQUESTED',
    'ROLLBACK_REQUESTED',
    'ROLLBACK_IN_PROGRESS',
    'FROM_THE_FUTURE',
  ])('is none in the state %s, whatever the deployments say', (status) => {
    const service = aService([aDeployment({ rolloutState: 'COMPLETED', runningCount: 2 })]);
    expect(
      endOf(aSnapshotOf({ serviceDeployment: { status } as ServiceDeployment, service })),
    ).toBeUndefined();
  });

  it('is none while STOPPED is all that is known', () => {
    const serviceDeployment = { status: 'STOPPED' } as const;
    expect(endOf(aSnapshotOf({ serviceDeployment, service: undefined }))).toBeUndefined();
    expect(endOf(aSnapshotOf({ serviceDeployment, service: aService([olderDeployment()]) }))).toBeUndefined();
  });

  it.each(['DRAINING', 'INACTIVE'])('is that the service is gone when it is %s', (status) => {
    const service = aService([aDeployment({ rolloutState: 'COMPLETED' })], { status });
    const serviceDeployment = { status: 'SUCCESSFUL' } as const;
    expect(endOf(aSnapshotOf({ service, serviceDeployment }))).toEqual({ kind: 'service-gone', status });
  });
});

describe('an end told by deployments[] where the service deployment is not to be had', () => {
  const failed = aDeployment({ rolloutState: 'FAILED' });

  it.each<[string, Service, End]>([
    [
      'COMPLETED',
      aService([aDeployment({ rolloutState: 'COMPLETED', runningCount: 1 }), olderDeployment()]),
      { kind: 'completed', running: 1, desired: 2 },
    ],
    [
      'COMPLETED without counts',
      aService([
        { id: 'ecs-svc/200', taskDefinition: 'td/web:2', status: 'PRIMARY', rolloutState: 'COMPLETED' },
      ]),
      { kind: 'completed', running: 0, desired: 0 },
    ],
    [
      'FAILED without rollback',
      aService([failed]),
      { kind: 'failed-in-place', by: 'circuit-breaker', reason: '' },
    ],
    [
      'FAILED for an alarm, with rollback for the breaker and the alarm switched off',
      aService([{ ...failed, rolloutStateReason: 'An Alarm\nwent off' }], {
        deploymentConfiguration: {
          deploymentCircuitBreaker: { enable: true, rollback: false },
          alarms: { enable: true, rollback: false, alarmNames: ['errors'] },
        },
      }),
      { kind: 'failed-in-place', by: 'alarm', reason: 'An Alarm went off' },
    ],
    [
      'a newer PRIMARY',
      aService([newerDeployment(), aDeployment({ status: 'ACTIVE' })]),
      { kind: 'superseded', by: 'ecs-svc/300', taskDefinitionArn: 'td/web:9' },
    ],
    [
      'a newer PRIMARY alone',
      aService([newerDeployment()]),
      { kind: 'superseded', by: 'ecs-svc/300', taskDefinitionArn: 'td/web:9' },
    ],
    [
      'a PRIMARY of an unknown time',
      aService([{ id: 'ecs-svc/300', taskDefinition: 'td/web:9', status: 'PRIMARY' }]),
      { kind: 'superseded', by: 'ecs-svc/300', taskDefinitionArn: 'td/web:9' },
    ],
    [
      'an older PRIMARY that is COMPLETED',
      aService([olderDeployment({ status: 'PRIMARY' })]),
      { kind: 'rolled-back', by: 'unknown', reason: '' },
    ],
    [
      'an older PRIMARY that says why it is back',
      aService([
        olderDeployment({ status: 'PRIMARY', rolloutStateReason: 'rolled back by the Circuit Breaker' }),
        aDeployment({ status: 'ACTIVE', rolloutStateReason: 'tasks failed' }),
      ]),
      { kind: 'rolled-back', by: 'circuit-breaker', reason: 'rolled back by the Circuit Breaker' },
    ],
    [
      'an older PRIMARY, and ours says why it is gone',
      aService([
        olderDeployment({ status: 'PRIMARY' }),
        aDeployment({ status: 'ACTIVE', rolloutStateReason: 'tasks failed' }),
      ]),
      { kind: 'rolled-back', by: 'unknown', reason: 'tasks failed' },
    ],
    [
      'an older PRIMARY that fails too',
      aService([olderDeployment({ status: 'PRIMARY', rolloutState: 'FAILED' })]),
      { kind: 'rollback-failed', by: 'unknown', reason: '', isFailedLeft: false },
    ],
  ])('%s', (_, service, end) => {
    expect(endOf(aSnapshotOf({ service }))).toEqual(end);
  });

  const rollsBack: Partial<Service> = {
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  };
  const missing = { kind: 'failed-in-place', reason: '', isRollbackMissing: true };

  it.each<[string, Service, number, object | undefined]>([
    ['alone for a minute', aService([failed], rollsBack), 60, { ...missing, by: 'circuit-breaker' }],
    [
      'alone for a minute, for an alarm',
      aService([{ ...failed, rolloutStateReason: 'alarm' }], {
        deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['errors'] } },
      }),
      60,
      { ...missing, by: 'alarm', reason: 'alarm' },
    ],
    ['alone for less than a minute', aService([failed], rollsBack), 59, undefined],
    ['beside another deployment', aService([failed, olderDeployment()], rollsBack), 9999, undefined],
    ['in progress, alone', aService([aDeployment()], rollsBack), 9999, undefined],
  ])('is FAILED, with a rollback that is to come: %s', (_, service, idleSeconds, end) => {
    expect(endOf(aSnapshotOf({ service, idleSeconds }))).toEqual(end);
  });

  it.each<[string, Service | undefined]>([
    ['the service was not read yet', undefined],
    ['there is no PRIMARY', aService([aDeployment({ status: 'ACTIVE', rolloutState: 'COMPLETED' })])],
    ['IN_PROGRESS', aService([aDeployment()])],
    [
      'an older PRIMARY on its way back',
      aService([
        olderDeployment({ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }),
        aDeployment({ status: 'ACTIVE' }),
      ]),
    ],
    [
      'FAILED, and the breaker will roll it back',
      aService([failed], {
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      }),
    ],
    [
      'FAILED, and the alarm will roll it back',
      aService([failed], {
        deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['errors'] } },
      }),
    ],
  ])('is none: %s', (_, service) => {
    expect(endOf(aSnapshotOf({ service }))).toBeUndefined();
  });
});
