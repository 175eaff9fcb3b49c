import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import { openHooks, pauseOf, type Stage, stageOf } from '../../src/deployment/observe/stage.ts';
import { type StageSpan, withReading } from '../../src/deployment/observe/stage-span.ts';
import { inStage } from './in-stage.ts';

const linear = {
  deploymentConfiguration: {
    strategy: 'LINEAR',
    bakeTimeInMinutes: 5,
    linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 3 },
  },
} as const;
const step = (number: number, percent: number, bakeMinutes: number) => ({
  number,
  of: 3,
  percent,
  bakeMinutes,
});

describe('the stage', () => {
  it.each<[string, ServiceDeployment, Stage | undefined]>([
    ['of a rolling update is unknown', { status: 'IN_PROGRESS' }, undefined],
    [
      'that AWS adds later is shown as it is, fit for printing',
      inStage('LATER\n::error::', 0, 0, linear),
      { name: 'LATER ::error::', weights: { production: 0, test: 0 }, step: undefined, bakeSeconds: 0 },
    ],
    [
      'of a service without a load balancer has no weights and no steps',
      inStage('PRODUCTION_TRAFFIC_SHIFT', undefined, undefined, linear),
      {
        name: 'PRODUCTION_TRAFFIC_SHIFT',
        weights: { production: undefined, test: undefined },
        step: undefined,
        bakeSeconds: 0,
      },
    ],
    [
      'before a step names the step to come',
      inStage('PRE_PRODUCTION_TRAFFIC_SHIFT', 40, 100, linear),
      {
        name: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
        weights: { production: 40, test: 100 },
        step: step(2, 80, 3),
        bakeSeconds: 0,
      },
    ],
    [
      'of a step names it and how long it bakes',
      inStage('PRODUCTION_TRAFFIC_SHIFT', 40, 100, linear),
      {
        name: 'PRODUCTION_TRAFFIC_SHIFT',
        weights: { production: 40, test: 100 },
        step: step(1, 40, 3),
        bakeSeconds: 180,
      },
    ],
    [
      'of the last step does not bake',
      inStage('PRODUCTION_TRAFFIC_SHIFT', 100, 100, linear),
      {
        name: 'PRODUCTION_TRAFFIC_SHIFT',
        weights: { production: 100, test: 100 },
        step: step(3, 100, 0),
        bakeSeconds: 0,
      },
    ],
    [
      'with a weight between two steps names none',
      inStage('PRODUCTION_TRAFFIC_SHIFT', 41, 100, linear),
      {
        name: 'PRODUCTION_TRAFFIC_SHIFT',
        weights: { production: 41, test: 100 },
        step: undefined,
        bakeSeconds: 0,
      },
    ],
    [
      'BAKE_TIME lasts as long as configured',
      inStage('BAKE_TIME', 100, undefined, linear),
      {
        name: 'BAKE_TIME',
        weights: { production: 100, test: undefined },
        step: undefined,
        bakeSeconds: 300,
      },
    ],
  ])('%s', (_, record, stage) => {
    expect(stageOf(record)).toEqual(stage);
  });
});

describe('the hooks of a stage', () => {
  const expiresAt = new Date(9000);
  const record = inStage('POST_SCALE_UP', 0, 0, {
    lifecycleHookDetails: [
      { hookId: 'a', targetType: 'AWS_LAMBDA', status: 'SUCCEEDED' },
      { hookId: 'b', targetType: 'AWS_LAMBDA', status: 'FAILED' },
      { hookId: 'c', targetType: 'PAUSE', status: 'TIMED_OUT' },
      {
        hookId: 'd',
        targetType: 'AWS_LAMBDA',
        targetArn: 'arn:aws:lambda:eu-west-1:123456789012:function:check:live',
        status: 'IN_PROGRESS',
        expiresAt,
        timeoutAction: 'ROLLBACK',
      },
      {
        hookId: 'ecs-pause-1',
        targetType: 'PAUSE',
        status: 'AWAITING_ACTION',
        expiresAt,
        timeoutAction: 'CONTINUE',
      },
      { status: 'LATER' as 'FAILED', targetType: 'WEBHOOK' as 'PAUSE', targetArn: 'x\ny' },
      {},
    ],
  });

  it('are those that are not over, also with a status or type that is unknown', () => {
    expect(openHooks(record).map(({ kind, name, status }) => `${kind} ${name} ${status}`)).toEqual([
      'lambda check:live IN_PROGRESS',
      'pause ecs-pause-1 AWAITING_ACTION',
      'other x y LATER',
      'other unknown unknown',
    ]);
  });

  it('have a pause that waits for somebody', () => {
    expect(pauseOf(record)).toEqual({
      hook: 'ecs-pause-1',
      stage: 'POST_SCALE_UP',
      expires: expiresAt,
      timeoutAction: 'CONTINUE',
    });
    expect(pauseOf(inStage('POST_SCALE_UP'))).toBeUndefined();
    expect(pauseOf(undefined)).toBeUndefined();
  });
});

describe('the spans of stages', () => {
  const read = (records: readonly ServiceDeployment[]): readonly StageSpan[] =>
    records.reduce<readonly StageSpan[]>(
      (spans, record, index) => withReading(spans, record, { at: index, isFirst: index === 0 }),
      [],
    );

  it('follow one another, a step at a time, until the deployment is over', () => {
    expect(
      read([
        inStage('SCALE_UP', 0, 0),
        inStage('SCALE_UP', 0, 0),
        inStage('PRODUCTION_TRAFFIC_SHIFT', 10, 100),
        inStage('PRODUCTION_TRAFFIC_SHIFT', 100, 100),
        inStage('PRODUCTION_TRAFFIC_SHIFT', 0, 100, { status: 'ROLLBACK_IN_PROGRESS' }),
        inStage('CLEAN_UP', 0, 0, { status: 'ROLLBACK_SUCCESSFUL' }),
      ]),
    ).toEqual([
      { stage: 'SCALE_UP', production: 0, from: 0, to: 2, isWhole: false },
      { stage: 'PRODUCTION_TRAFFIC_SHIFT', production: 10, from: 2, to: 3, isWhole: true },
      { stage: 'PRODUCTION_TRAFFIC_SHIFT', production: 100, from: 3, to: 4, isWhole: true },
    ]);
  });

  it('are none of a rolling update', () => {
    expect(read([{ status: 'IN_PROGRESS' }, { status: 'SUCCESSFUL' }])).toEqual([]);
  });

  it('never overlap, and only the last one is open', () => {
    const stages = fc.constantFrom(undefined, 'SCALE_UP', 'BAKE_TIME', 'LATER');
    const statuses = fc.constantFrom('PENDING', 'IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'SUCCESSFUL');
    const records = fc.record({
      lifecycleStage: stages,
      status: statuses,
    }) as fc.Arbitrary<ServiceDeployment>;
    fc.assert(
      fc.property(fc.array(records), (all) => {
        const spans = read(all);
        expect(
          spans
            .slice(0, -1)
            .every(({ to }, index) => to !== undefined && to <= (spans[index + 1]?.from ?? 0)),
        ).toBe(true);
      }),
    );
  });
});
