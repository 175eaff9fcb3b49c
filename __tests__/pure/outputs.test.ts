import type { Result } from '../../src/deployment/outcome.ts';
import type { Plan, PlanOfService } from '../../src/plan/show/plan.ts';
import { outputsOf, outputsOfFailure, outputsOfPlan } from '../../src/report/outputs.ts';
import { anOutcome } from './an-outcome.ts';

const image = { uri: 'registry.example/web@sha256:aa', digest: 'sha256:aa' };
const url =
  'https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/main/services/web/deployments?region=eu-west-1';

describe('the outputs', () => {
  it('of a deployment', () => {
    expect(outputsOf({ outcomes: [anOutcome()], image, durationSeconds: 83.6 })).toEqual({
      result: 'deployed',
      reason: 'completed',
      message: 'web runs web:2.',
      image: 'registry.example/web@sha256:aa',
      'image-digest': 'sha256:aa',
      digest: 'sha256:aa',
      'task-definition-arn': 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
      'previous-task-definition-arn': 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1',
      'deployment-id': 'ecs-svc/200',
      'hook-id': '',
      'hook-expires-at': '',
      'hook-timeout-action': '',
      'service-arn': 'arn:aws:ecs:eu-west-1:111122223333:service/main/web',
      'console-url': url,
      services: JSON.stringify([
        {
          service: 'web',
          'service-arn': 'arn:aws:ecs:eu-west-1:111122223333:service/main/web',
          result: 'deployed',
          reason: 'completed',
          message: 'web runs web:2.',
          'deployment-id': 'ecs-svc/200',
          'task-definition-arn': 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
          'previous-task-definition-arn': 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1',
          'console-url': url,
        },
      ]),
      plan: '',
      changes: '',
      problems: '',
      'duration-seconds': '84',
    });
  });

  it('of a run that ended before any service was touched', () => {
    expect(outputsOfFailure('failed', 'service-missing', 'There is no service web.', 0.4)).toEqual({
      result: 'failed',
      reason: 'service-missing',
      message: 'There is no service web.',
      image: '',
      'image-digest': '',
      digest: '',
      'task-definition-arn': '',
      'previous-task-definition-arn': '',
      'deployment-id': '',
      'hook-id': '',
      'hook-expires-at': '',
      'hook-timeout-action': '',
      'service-arn': '',
      'console-url': '',
      services: '[]',
      plan: '',
      changes: '',
      problems: '',
      'duration-seconds': '0',
    });
  });

  it('of a deployment that is paused say how to answer', () => {
    const pause = {
      hook: 'ecs-pause-x',
      stage: 'POST_TEST_TRAFFIC_SHIFT',
      expires: new Date('2026-11-28T12:00:00Z'),
      timeoutAction: 'ROLLBACK',
    };
    const outcome = anOutcome({ result: 'paused', reason: 'paused-by-hook', pause });
    const outputs = outputsOf({ outcomes: [outcome], image: undefined, durationSeconds: 0 });
    const hook = {
      'hook-id': 'ecs-pause-x',
      'hook-expires-at': '2026-11-28T12:00:00.000Z',
      'hook-timeout-action': 'ROLLBACK',
    };
    expect(outputs).toMatchObject(hook);
    expect(JSON.parse(outputs.services ?? '')).toMatchObject([hook]);
  });

  it('are empty where something is not known', () => {
    const outcome = anOutcome({
      serviceArn: 'unknown',
      deploymentId: undefined,
      taskDefinitionArn: undefined,
      previousTaskDefinitionArn: undefined,
    });
    const outputs = outputsOf({
      outcomes: [outcome],
      image: { uri: 'web:1', digest: undefined },
      durationSeconds: 0,
    });
    expect(outputs).toMatchObject({
      image: 'web:1',
      'image-digest': '',
      digest: '',
      'task-definition-arn': '',
      'previous-task-definition-arn': '',
      'deployment-id': '',
      'console-url': '',
    });
  });

  it.each<[Result[], Result]>([
    [['deployed', 'unchanged'], 'deployed'],
    [['traffic-shifted', 'deployed'], 'traffic-shifted'],
    [['started', 'traffic-shifted'], 'started'],
    [['started', 'paused'], 'paused'],
    [['paused', 'rolled-back'], 'rolled-back'],
    [['deployed', 'rolled-back'], 'rolled-back'],
    [['rolled-back', 'superseded'], 'superseded'],
    [['superseded', 'timed-out'], 'timed-out'],
    [['timed-out', 'cancelled'], 'cancelled'],
    [['cancelled', 'failed'], 'failed'],
    [['failed', 'rollback-failed', 'deployed'], 'rollback-failed'],
    [['unchanged'], 'unchanged'],
  ])('of services that are %j are those of the one that is %s', (results, worst) => {
    const outcomes = results.map((result) => anOutcome({ service: result, message: `${result}.`, result }));
    const outputs = outputsOf({ outcomes, image: undefined, durationSeconds: 0 });
    expect([outputs.result, outputs.message]).toEqual([worst, `${worst}.`]);
    const services = JSON.parse(outputs.services ?? '') as { service: string }[];
    expect(services.map(({ service }) => service)).toEqual(results);
  });

  describe('of a plan', () => {
    const service = (name: string): PlanOfService =>
      ({
        serviceArn: `arn:aws:ecs:eu-west-1:111122223333:service/main/${name}`,
        taskDefinition: { from: `${name}:1`, to: `${name}:2` },
        findings: [],
      }) as unknown as PlanOfService;
    const plan = (services: readonly PlanOfService[]): Plan => ({
      version: 1,
      changes: true,
      problems: false,
      image: { action: 'use', from: null, ...image, newRepository: null, reason: null },
      services,
      checks: [],
    });

    it.each([
      [
        'name the service and both revisions when there is one service',
        [service('web')],
        ['arn:aws:ecs:eu-west-1:111122223333:service/main/web', 'web:1', 'web:2'],
      ],
      [
        'leave the new revision empty until it is registered',
        [{ ...service('web'), taskDefinition: { from: 'web:1', to: null } } as PlanOfService],
        ['arn:aws:ecs:eu-west-1:111122223333:service/main/web', 'web:1', ''],
      ],
      ['name none of several', [service('web'), service('worker')], ['', '', '']],
    ])('%s', (_what, services, expected) => {
      const outputs = outputsOfPlan(plan(services), 1);
      expect([
        outputs['service-arn'],
        outputs['previous-task-definition-arn'],
        outputs['task-definition-arn'],
      ]).toEqual(expected);
      expect(outputs).toMatchObject({ result: 'planned', reason: 'planned', image: image.uri });
    });
  });
});
