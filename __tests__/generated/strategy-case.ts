import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import type { LambdaFunction } from '../../local/functions/functions.ts';

/** How a service shifts traffic, and what its lifecycle hooks do. */
export interface StrategyCase {
  readonly configuration: Pick<
    DeploymentConfiguration,
    'strategy' | 'bakeTimeInMinutes' | 'linearConfiguration' | 'canaryConfiguration'
  >;
  readonly hooks: readonly HookCase[];
}

type HookCase =
  | {
      readonly kind: 'function';
      readonly stage: FunctionStage;
      readonly answer: 'succeeds' | 'succeeds later' | 'fails' | 'returns nothing' | 'never ends';
      readonly minutes: number;
      readonly onTimeout: 'CONTINUE' | 'ROLLBACK';
    }
  | {
      readonly kind: 'pause';
      readonly stage: PauseStage;
      readonly answer: PauseAnswer;
      readonly minutes: number;
      readonly onTimeout: 'CONTINUE' | 'ROLLBACK';
    };

/** What others do about a pause; undefined: nothing, until it times out. */
type PauseAnswer = 'CONTINUE' | 'ROLLBACK' | undefined;

const pauseStages = [
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
] as const;
type PauseStage = (typeof pauseStages)[number];

const functionStages = [
  ...pauseStages,
  'RECONCILE_SERVICE',
  'TEST_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
] as const;
type FunctionStage = (typeof functionStages)[number];

const timeout = {
  minutes: fc.constantFrom(2, 8),
  onTimeout: fc.constantFrom<('CONTINUE' | 'ROLLBACK')[]>('CONTINUE', 'ROLLBACK'),
};

const hook: fc.Arbitrary<HookCase> = fc.oneof(
  fc.record({
    kind: fc.constant('function' as const),
    stage: fc.constantFrom(...functionStages),
    answer: fc.constantFrom('succeeds', 'succeeds later', 'fails', 'returns nothing', 'never ends'),
    ...timeout,
  }),
  fc.record({
    kind: fc.constant('pause' as const),
    stage: fc.constantFrom(...pauseStages),
    answer: fc.constantFrom<PauseAnswer[]>('CONTINUE', 'CONTINUE', 'ROLLBACK', undefined),
    ...timeout,
  }),
);

export const strategyCase: fc.Arbitrary<StrategyCase> = fc.record({
  configuration: fc.constantFrom<StrategyCase['configuration'][]>(
    { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
    { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
    {
      strategy: 'LINEAR',
      bakeTimeInMinutes: 0,
      linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 1 },
    },
    {
      strategy: 'CANARY',
      bakeTimeInMinutes: 1,
      canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 1 },
    },
  ),
  hooks: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(hook, { minLength: 1, maxLength: 2 }) },
  ),
});

/** The hooks as ECS takes them. */
export function lifecycleHooks({ hooks }: StrategyCase): readonly DeploymentLifecycleHook[] {
  return hooks.map(({ kind, stage, minutes, onTimeout }, index) => ({
    ...(kind === 'pause'
      ? { targetType: 'PAUSE' }
      : { hookTargetArn: functionArn(index), roleArn: 'arn:aws:iam::123456789012:role/hooks' }),
    lifecycleStages: [stage],
    timeoutConfiguration: { timeoutInMinutes: minutes, action: onTimeout },
  }));
}

/** The Lambda functions behind the hooks. */
export function functionsOf({ hooks }: StrategyCase): Readonly<Record<string, LambdaFunction>> {
  return Object.fromEntries(
    hooks.flatMap((one, index): [string, LambdaFunction][] => {
      if (one.kind === 'pause') return [];
      const { answer } = one;
      let calls = 0;
      const played: LambdaFunction = () => {
        switch (answer) {
          case 'succeeds':
            return { hookStatus: 'SUCCEEDED' };
          case 'succeeds later':
            return { hookStatus: calls++ < 2 ? 'IN_PROGRESS' : 'SUCCEEDED' };
          case 'fails':
            return { hookStatus: 'FAILED' };
          case 'returns nothing':
            return null;
          case 'never ends':
            return { hookStatus: 'IN_PROGRESS' };
          default:
            return answer satisfies never;
        }
      };
      return [[functionArn(index), played]];
    }),
  );
}

/** What others do about a pause at the stage. */
export function pauseAnswer({ hooks }: StrategyCase, stage: string | undefined): PauseAnswer {
  const answers = hooks.flatMap((one) => (one.kind === 'pause' && one.stage === stage ? [one.answer] : []));
  // A refusal decides, and a pause that nobody answers holds the others.
  if (answers.includes('ROLLBACK')) return 'ROLLBACK';
  return answers.includes(undefined) ? undefined : answers[0];
}

/** Whether a function that ECS calls again while it rolls back (documented) fails or holds that rollback too. */
export function hindersRollback({ hooks }: StrategyCase): boolean {
  return hooks.some(
    (one) =>
      one.kind === 'function' &&
      ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'].includes(one.stage) &&
      ['fails', 'returns nothing', 'never ends'].includes(one.answer),
  );
}

const functionArn = (index: number): string => `arn:aws:lambda:eu-west-1:123456789012:function:hook-${index}`;
