import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import type { PastDeployment } from '../../src/rollback/past.ts';
import { leftSoon, proofOf } from '../../src/rollback/proof.ts';
import { noOrigin } from '../../src/task-definition/provenance.ts';
import { aTask } from './a-task.ts';

const now = Date.parse('2026-11-01T12:00:00Z');
const minutesAgo = (minutes: number): Date => new Date(now - minutes * 60_000);
const forgotten =
  'whether tasks of web:3 failed before ECS completed its deployment is not known: ECS forgets stopped tasks after about an hour';

describe('what is known of a version that ECS calls successful', () => {
  it.each<[string, Partial<ServiceDeployment> | undefined, number, ReturnType<typeof proofOf>]>([
    [
      'nothing against it, within the hour',
      { targetServiceRevision: { requestedTaskCount: 2 }, finishedAt: minutesAgo(59) },
      0,
      { doubts: [], unknown: undefined },
    ],
    [
      'not whether tasks failed, after the hour',
      { targetServiceRevision: { requestedTaskCount: 2 }, finishedAt: minutesAgo(61) },
      0,
      { doubts: [], unknown: forgotten },
    ],
    ['nothing where it is not read', undefined, 0, { doubts: [], unknown: forgotten }],
    [
      'that it had no task',
      { targetServiceRevision: { requestedTaskCount: 0 }, finishedAt: minutesAgo(1) },
      0,
      {
        doubts: [
          'ECS completed the deployment of web:3 with 0 of 0 tasks: nothing has shown that it starts.',
        ],
        unknown: undefined,
      },
    ],
    [
      'that tasks failed',
      { targetServiceRevision: { requestedTaskCount: 2 }, finishedAt: minutesAgo(1) },
      2,
      {
        doubts: ['2 tasks of web:3 failed since its deployment began. Essential container in task exited.'],
        unknown: undefined,
      },
    ],
    [
      'what the circuit breaker counted',
      {
        finishedAt: minutesAgo(500),
        deploymentCircuitBreaker: { status: 'MONITORING_COMPLETE', failureCount: 2, threshold: 3 },
      },
      0,
      {
        doubts: ['The circuit breaker counted 2 failed tasks when web:3 was deployed.'],
        unknown: undefined,
      },
    ],
  ])('%s', (_, deployment, failed, proof) => {
    const stopped = Array.from({ length: failed }, (_task, index) => aTask({ id: `t${index}` }));
    expect(proofOf('web:3', deployment, stopped, new Date(now))).toEqual(proof);
  });
});

describe('a version that the service left again soon after its completion', () => {
  const past = (revision: number, minutes: number, status = 'SUCCESSFUL'): PastDeployment => ({
    createdAt: minutesAgo(minutes),
    finishedAt: minutesAgo(minutes - 2),
    status,
    taskDefinitionArn: `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:${revision}`,
    images: [],
    origin: noOrigin,
  });
  const version = past(2, 60);

  it.each<[string, readonly PastDeployment[], boolean]>([
    ['for the one before it', [past(1, 55), version, past(1, 90)], true],
    ['for the last good one before it', [past(1, 55), version, past(3, 70, 'STOPPED'), past(1, 90)], true],
    ['after ten minutes', [past(1, 48), version, past(1, 90)], true],
    ['later than that', [past(1, 47), version, past(1, 90)], false],
    ['for a new one', [past(3, 55), version, past(1, 90)], false],
    ['for itself', [past(2, 55), version, past(1, 90)], false],
    ['before it had completed', [past(1, 59), version, past(1, 90)], false],
    ['not at all', [version, past(1, 90)], false],
    ['with none before it', [past(1, 55), version], false],
    ['though the history does not have it', [past(1, 55), past(1, 90)], false],
  ])('%s', (_, history, isTold) => {
    const told = leftSoon(version, history) ?? '';
    expect(/after the deployment of web:2 had completed, .* to web:1\. ECS/.test(told)).toBe(isTold);
    expect(told === '').toBe(!isTold);
  });
});
