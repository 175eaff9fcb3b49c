import type { End } from '../../src/deployment/observe/end.ts';
import { failureOf } from '../../src/deployment/observe/task-failure.ts';
import { isGood, type Reason, type Result } from '../../src/deployment/outcome.ts';
import { type Sentence, sentenceOfEnd, sentenceOfGiveUp } from '../../src/deployment/sentence.ts';
import type { GiveUp } from '../../src/deployment/verdict.ts';
import { inWords, nameOf } from '../../src/text/words.ts';
import { aTask } from './a-task.ts';

const ends: readonly (readonly [End, Result, Reason, string])[] = [
  [
    { kind: 'completed', running: 2, desired: 2 },
    'deployed',
    'completed',
    'web runs web:2: the deployment completed with 2 of 2 tasks.',
  ],
  [
    { kind: 'completed', running: 1, desired: 2 },
    'deployed',
    'completed-short',
    'web runs web:2: ECS completed the deployment, though 1 of 2 tasks run.',
  ],
  [
    { kind: 'rolled-back', by: 'circuit-breaker', reason: 'threshold exceeded.' },
    'rolled-back',
    'circuit-breaker',
    "web:2 was rolled back by the service's circuit breaker; web runs the previous version. ECS says: threshold exceeded.",
  ],
  [
    { kind: 'rolled-back', by: 'alarm', reason: '' },
    'rolled-back',
    'alarm',
    'web:2 was rolled back by a CloudWatch alarm; web runs the previous version.',
  ],
  [
    { kind: 'rolled-back', by: 'hook', reason: '' },
    'rolled-back',
    'lifecycle-hook',
    'web:2 was rolled back by a lifecycle hook; web runs the previous version.',
  ],
  [
    { kind: 'rolled-back', by: 'person', reason: '' },
    'rolled-back',
    'stopped-by-person',
    'web:2 was rolled back by somebody; web runs the previous version.',
  ],
  [
    { kind: 'rolled-back', by: 'unknown', reason: '' },
    'rolled-back',
    'rolled-back-by-ecs',
    'web:2 was rolled back by ECS; web runs the previous version.',
  ],
  [
    {
      kind: 'rolled-back',
      by: 'hook',
      reason:
        'Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed. Lifecycle hook target arn:aws:lambda:eu-west-1:1:function:check returned FAILED status.',
    },
    'rolled-back',
    'lifecycle-hook',
    'web:2 was rolled back by the lifecycle hook check in the stage PRE_SCALE_UP; web runs the previous version. ECS says: Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed. Lifecycle hook target arn:aws:lambda:eu-west-1:1:function:check returned FAILED status.',
  ],
  [
    {
      kind: 'rolled-back',
      by: 'pause-timed-out',
      reason: 'rolled back because POST_SCALE_UP pause hook timed out.',
    },
    'rolled-back',
    'pause-timed-out',
    'web:2 was rolled back because nobody answered the pause hook of the stage POST_SCALE_UP in time; web runs the previous version. ECS says: rolled back because POST_SCALE_UP pause hook timed out.',
  ],
  [
    {
      kind: 'rolled-back',
      by: 'pause-refused',
      reason: '',
      pause: { hook: 'ecs-pause-1', stage: 'POST_SCALE_UP', expires: undefined, timeoutAction: undefined },
    },
    'rolled-back',
    'pause-refused',
    'web:2 was rolled back by somebody while it was paused in the stage POST_SCALE_UP; web runs the previous version.',
  ],
  [
    { kind: 'rolled-back', by: 'network', reason: '' },
    'rolled-back',
    'network-configuration',
    'web:2 was rolled back because ECS cannot shift traffic with this load balancer configuration; web runs the previous version.',
  ],
  [
    { kind: 'rolled-back', by: 'load-balancer-permission', reason: '' },
    'rolled-back',
    'load-balancer-permission',
    'web:2 was rolled back because ECS lacks a permission for the load balancer; web runs the previous version.',
  ],
  [
    { kind: 'rolled-back', by: 'stage-timed-out', reason: '' },
    'rolled-back',
    'stage-timed-out',
    'web:2 was rolled back because a stage took longer than 24 hours; web runs the previous version.',
  ],
  [
    { kind: 'completed', running: 2, desired: 2, isRollbackTooLate: true },
    'deployed',
    'completed-before-rollback',
    'web runs web:2: somebody requested a rollback, but too late, and ECS completed the deployment with 2 of 2 tasks.',
  ],
  [
    { kind: 'rollback-failed', by: 'pause-timed-out', reason: '', isFailedLeft: false },
    'rollback-failed',
    'pause-timed-out',
    'ECS began to roll back web:2 because nobody answered the pause hook in time, but the rollback failed.',
  ],
  [
    { kind: 'rollback-failed', by: 'hook', reason: '', isFailedLeft: true, isWithoutCandidate: true },
    'rollback-failed',
    'lifecycle-hook',
    'web:2 failed, and ECS found no earlier deployment of web to roll back to.',
  ],
  [
    { kind: 'rollback-failed', by: 'alarm', reason: '', isFailedLeft: false },
    'rollback-failed',
    'alarm',
    'web:2 failed, and the rollback by a CloudWatch alarm failed too.',
  ],
  [
    { kind: 'rollback-failed', by: 'circuit-breaker', reason: 'no candidate.', isFailedLeft: true },
    'rollback-failed',
    'circuit-breaker',
    "web:2 failed, and the rollback by the service's circuit breaker failed too. ECS says: no candidate.",
  ],
  [
    { kind: 'stopped', reason: '' },
    'failed',
    'stopped-by-person',
    'The deployment of web:2 to web was stopped by somebody before it completed.',
  ],
  [
    { kind: 'superseded', by: 'ecs-svc/300', taskDefinitionArn: 'arn:aws:ecs:x:1:task-definition/web:9' },
    'superseded',
    'another-deployment',
    'The deployment of web:2 was superseded: web now follows ecs-svc/300 (web:9), which is not of this run and was left alone.',
  ],
  [
    { kind: 'superseded', by: 'ecs-svc/300', taskDefinitionArn: undefined },
    'superseded',
    'another-deployment',
    'The deployment of web:2 was superseded: web now follows ecs-svc/300, which is not of this run and was left alone.',
  ],
  [
    {
      kind: 'superseded',
      by: 'ecs-svc/300',
      taskDefinitionArn: 'arn:aws:ecs:x:1:task-definition/web:9',
      after: { by: 'circuit-breaker', reason: 'threshold exceeded', hasFailed: false },
    },
    'superseded',
    'another-deployment',
    "web:2 was rolled back by the service's circuit breaker. ECS says: threshold exceeded. Then another deployment began: web now follows ecs-svc/300 (web:9), which is not of this run and was left alone.",
  ],
  [
    {
      kind: 'superseded',
      by: 'ecs-svc/300',
      taskDefinitionArn: undefined,
      after: { by: 'unknown', reason: '', hasFailed: true },
    },
    'superseded',
    'another-deployment',
    'web:2 failed, and the rollback by ECS failed too. Then another deployment began: web now follows ecs-svc/300, which is not of this run and was left alone.',
  ],
  [
    { kind: 'service-gone', status: 'INACTIVE' },
    'failed',
    'service-deleted',
    'The service web was deleted while web:2 was being deployed (it is INACTIVE).',
  ],
  [
    { kind: 'out-of-time', remaining: '1 old task drains' },
    'timed-out',
    'only-cleanup-left',
    'The time limit is reached while web already runs web:2 with all tasks healthy; 1 old task drains. It was left as it is.',
  ],
  [
    { kind: 'out-of-time', remaining: 'the deployment is in the stage SCALE_UP', production: 10 },
    'timed-out',
    'traffic-shifting',
    'The time limit is reached before web has shifted its traffic to web:2: all its tasks are healthy and 10 % of production traffic goes to them; the deployment is in the stage SCALE_UP. The deployment was left as it is, and goes on.',
  ],
  [
    { kind: 'out-of-time', remaining: 'the deployment is in the stage LATER', production: 'unknown' },
    'timed-out',
    'traffic-shifting',
    'The time limit is reached before web has shifted its traffic to web:2: all its tasks are healthy; the deployment is in the stage LATER. The deployment was left as it is, and goes on.',
  ],
  [
    {
      kind: 'paused-too-long',
      hook: 'approve',
      stage: 'POST_SCALE_UP',
      expires: new Date(0),
      timeoutAction: 'ROLLBACK',
    },
    'timed-out',
    'paused-by-hook',
    'The time limit is reached while the deployment of web:2 to web is paused in the stage POST_SCALE_UP: the hook approve waits for somebody to continue or roll back, until ECS rolls it back at 1970-01-01 00:00:00 UTC. It was left as it is.',
  ],
  [
    {
      kind: 'paused-too-long',
      hook: 'approve',
      stage: undefined,
      expires: undefined,
      timeoutAction: undefined,
    },
    'timed-out',
    'paused-by-hook',
    'The time limit is reached while the deployment of web:2 to web is paused: the hook approve waits for somebody to continue or roll back. It was left as it is.',
  ],
  [
    {
      kind: 'paused',
      hook: 'approve',
      stage: 'POST_TEST_TRAFFIC_SHIFT',
      expires: new Date(0),
      timeoutAction: 'ROLLBACK',
    },
    'paused',
    'paused',
    'The deployment of web:2 to web is paused in the stage POST_TEST_TRAFFIC_SHIFT: the hook approve waits for somebody to continue or roll back, until ECS rolls it back at 1970-01-01 00:00:00 UTC.',
  ],
  [
    { kind: 'traffic-shifted' },
    'traffic-shifted',
    'traffic-shifted',
    'All production traffic of web goes to web:2. The run did not wait for the bake time and the clean-up that follow; ECS can still roll back during the bake time.',
  ],
  [
    { kind: 'rollback-unfinished', elapsedSeconds: 2700 },
    'rollback-failed',
    'time-limit',
    'ECS began to roll web:2 back on web and was not done 45 min after the deployment began.',
  ],
];

const givenUp: readonly (readonly [GiveUp, Result, Reason, string])[] = [
  [
    {
      kind: 'tasks-failed',
      threshold: 3,
      failures: ['a', 'b', 'c'].flatMap((id) => failureOf(aTask({ id })) ?? []),
    },
    'failed',
    'tasks-failed',
    'web:2 does not keep running: 3 tasks of web failed.',
  ],
  [
    { kind: 'no-progress', idleSeconds: 300 },
    'timed-out',
    'no-progress',
    'Nothing moved in the deployment of web:2 to web for 5 min.',
  ],
  [
    { kind: 'time-limit', elapsedSeconds: 90.4 },
    'timed-out',
    'time-limit',
    'web:2 was not up on web within 90 s.',
  ],
];

describe('the sentence', () => {
  it.each(ends)('of the end %j', (end, result, reason, text) => {
    const needsRollback = end.kind === 'rollback-failed' && end.isFailedLeft;
    const expected: Sentence = { result, reason, text, needsRollback };
    const { advice, ...sentence } = sentenceOfEnd(end, 'web', 'web:2');
    expect(sentence).toEqual(expected);
    expect(advice ?? '').toMatch(end.kind.startsWith('paused') ? /operation: continue/ : /^$/);
  });

  it('of the end that leaves the service on a failed version', () => {
    expect(
      sentenceOfEnd(
        { kind: 'failed-in-place', by: 'circuit-breaker', reason: 'It was triggered.' },
        'web',
        'web:2',
      ),
    ).toEqual({
      result: 'failed',
      reason: 'circuit-breaker-without-rollback',
      text: 'The circuit breaker of web stopped web:2 and left it in place, because its rollback is off. ECS says: It was triggered.',
      needsRollback: true,
    });
  });

  it('of the end that leaves the service on a failed version without the rollback that was to come', () => {
    expect(
      sentenceOfEnd(
        { kind: 'failed-in-place', by: 'circuit-breaker', reason: '', isRollbackMissing: true },
        'web',
        'web:2',
      ).text,
    ).toBe('The circuit breaker of web stopped web:2 and left it in place, and ECS began no rollback.');
  });

  it.each(givenUp)('of giving up %j', (why, result, reason, text) => {
    expect(sentenceOfGiveUp(why, 'web', 'web:2')).toEqual({ result, reason, text, needsRollback: true });
  });

  it('is green for a completed deployment, and for what a step was to wait for', () => {
    const green = ends.filter(([, result]) => isGood(result)).map(([end]) => end.kind);
    expect(new Set(green)).toEqual(new Set(['completed', 'paused', 'traffic-shifted']));
  });
});

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [0.6, '1 s'],
    [119.4, '119 s'],
    [119.6, '2 min'],
    [120, '2 min'],
    [135, '2 min 15 s'],
    [3600, '60 min'],
  ])('%d is %s', (seconds, expected) => {
    expect(inWords(seconds)).toBe(expected);
  });
});

describe('a name', () => {
  it.each([
    ['arn:aws:ecs:eu-west-1:1:task-definition/web:42', 'web:42'],
    ['arn:aws:ecs:eu-west-1:1:service/main/web', 'web'],
    ['web:42', 'web:42'],
    ['', ''],
  ])('of %s is %s', (arn, expected) => {
    expect(nameOf(arn)).toBe(expected);
  });
});
