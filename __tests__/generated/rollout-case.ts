import * as fc from 'fast-check';
import type { Readings } from '../../local/ecs/model/readings.ts';
import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import type { Fault } from '../../local/server/faults.ts';
import { type StrategyCase, strategyCase } from './strategy-case.ts';

/** One generated rollout: a service, what its tasks do, what others do meanwhile, and what goes wrong with calls. */
export interface RolloutCase {
  /** Undefined: a rolling update. */
  readonly strategy: StrategyCase | undefined;
  readonly breaker: 'off' | 'on' | 'rollback';
  readonly hasAlarm: boolean;
  readonly percents: readonly [minimum: number, maximum: number];
  readonly count: number;
  readonly loadBalancer: boolean;
  readonly containerCheck: boolean;
  /** Whether any deployment has completed before. */
  readonly hasRun: boolean;
  readonly version: VersionKind;
  /** What the old version does when a rollback starts it again. */
  readonly oldVersion: 'good' | 'crashes';
  readonly interference: Interference | undefined;
  readonly faults: readonly CaseFault[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly readings: Partial<Readings>;
  readonly randomSeed: number;
}

export const versionKinds = [
  'good',
  'slow',
  'crashes at the start',
  'crashes later',
  'can not be pulled',
  'can not be initialized',
  'out of memory',
  'unhealthy',
  'answers 500',
  'never placed',
  'fails first, then recovers',
  'starts every second time',
] as const;
export type VersionKind = (typeof versionKinds)[number];

export interface Interference {
  readonly kind:
    | 'another deployment'
    | 'stop with rollback'
    | 'scale'
    | 'delete'
    | 'alarm'
    | 'cancel'
    | 'spot reclaim'
    | 'credentials end';
  /** After the deployment began; the clock's seconds. */
  readonly afterSeconds: number;
}

export interface CaseFault {
  readonly operation: string;
  readonly fault: Fault;
  readonly after: number;
  readonly times: number;
}

/** What tasks of that kind do. @param nth the how manieth task of the version it is, from 0 */
export function behaviourOf(kind: VersionKind, nth: number): Behaviour {
  switch (kind) {
    case 'good':
      return {};
    case 'slow':
      return { pullSeconds: 240 };
    case 'crashes at the start':
      return { exit: { afterSeconds: 1, exitCode: 1, lastLines: ['no database'] } };
    case 'crashes later':
      return { exit: { afterSeconds: 70, exitCode: 139 } };
    case 'can not be pulled':
      return {
        neverStarts: { kind: 'cannot-be-pulled', stoppedReason: 'CannotPullContainerError: v2: not found' },
      };
    case 'can not be initialized':
      return {
        neverStarts: {
          kind: 'cannot-be-initialized',
          stoppedReason:
            'ResourceInitializationError: unable to pull secrets or registry auth: not authorized to perform: secretsmanager:GetSecretValue',
        },
      };
    case 'out of memory':
      return {
        exit: {
          afterSeconds: 20,
          exitCode: 137,
          reason: 'OutOfMemoryError: Container killed due to memory usage',
        },
      };
    case 'unhealthy':
      return { health: { status: 'UNHEALTHY' } };
    case 'answers 500':
      return { answers: [{ fromSeconds: 0, status: 500 }] };
    case 'never placed':
      return { neverStarts: { kind: 'not-placed', reason: 'Capacity is unavailable at this time.' } };
    case 'fails first, then recovers':
      return nth < 2 ? { exit: { afterSeconds: 1, exitCode: 1 } } : {};
    case 'starts every second time':
      return nth % 2 === 0 ? { exit: { afterSeconds: 30, exitCode: 1 } } : {};
    default:
      return kind satisfies never;
  }
}

const reads = [
  'DescribeServices',
  'ListServiceDeployments',
  'DescribeServiceDeployments',
  'ListTasks',
  'DescribeTasks',
  'DescribeTargetHealth',
  'DescribeServiceRevisions',
  'DescribeRules',
  'GetLogEvents',
];
const changes = ['RegisterTaskDefinition', 'UpdateService', 'StopServiceDeployment'];

const fault: fc.Arbitrary<CaseFault> = fc.oneof(
  fc.record({
    operation: fc.constantFrom(...reads, ...changes),
    fault: fc.constantFrom<Fault>(
      { kind: 'throttle' },
      { kind: 'server-error' },
      { kind: 'reset-before' },
      { kind: 'reset-after' },
    ),
    after: fc.nat(6),
    times: fc.integer({ min: 1, max: 4 }),
  }),
  // Refusals of ECS that pass by themselves.
  fc.record({
    operation: fc.constantFrom(...changes),
    fault: fc.constantFrom<Fault>(
      { kind: 'concurrent-registration' },
      { kind: 'new-role' },
      { kind: 'limit-exceeded' },
    ),
    after: fc.nat(2),
    times: fc.integer({ min: 1, max: 2 }),
  }),
  fc.record({
    operation: fc.constantFrom('DescribeServices', 'DescribeServiceDeployments', 'ListTasks'),
    fault: fc.constant<Fault>({ kind: 'stale' }),
    after: fc.integer({ min: 1, max: 8 }),
    times: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    operation: fc.constantFrom(
      'ListServiceDeployments',
      'DescribeServiceDeployments',
      'StopServiceDeployment',
      'ListTasks',
      'DescribeServiceRevisions',
      'GetLogEvents',
      'DescribeTargetHealth',
      'DescribeRules',
    ),
    fault: fc.constant<Fault>({ kind: 'denied' }),
    after: fc.constant(0),
    times: fc.constant(1_000_000),
  }),
);

const readings: fc.Arbitrary<Partial<Readings>> = fc.constantFrom<Partial<Readings>>(
  {},
  {},
  { serviceDeploymentVisibleAfterSeconds: 20 },
  { taskDefinitionAfterRollback: 'when-complete' },
  { oldTasksStop: 'only-for-room' },
  { breakerCountsExitsAfterRunning: true },
  { withoutRollbackCandidate: 'STOPPED' },
  { transitionSeconds: 8 },
  { currentServiceDeploymentInReply: 'present' },
  { preProductionStage: 'POST_TEST_TRAFFIC_SHIFT' },
  { stageDuringRollback: 'kept' },
  { hookFailureInRollback: 'ignored' },
);

/** Rollouts of all kinds; those where nothing but the version decides are as frequent as those with others. */
export const rolloutCase: fc.Arbitrary<RolloutCase> = fc.record({
  // Two of five.
  strategy: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: strategyCase },
  ),
  breaker: fc.constantFrom('off', 'on', 'rollback'),
  hasAlarm: fc.boolean(),
  percents: fc.constantFrom<[number, number]>([100, 200], [50, 200], [0, 100], [50, 150]),
  count: fc.oneof(
    { weight: 5, arbitrary: fc.constant(1) },
    { weight: 8, arbitrary: fc.constant(3) },
    { weight: 1, arbitrary: fc.constant(40) },
  ),
  loadBalancer: fc.boolean(),
  containerCheck: fc.boolean(),
  hasRun: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  version: fc.constantFrom(...versionKinds),
  oldVersion: fc.oneof(
    { weight: 9, arbitrary: fc.constant('good' as const) },
    { weight: 1, arbitrary: fc.constant('crashes' as const) },
  ),
  interference: fc.option(
    fc.record({
      kind: fc.constantFrom(
        'another deployment',
        'stop with rollback',
        'scale',
        'delete',
        'alarm',
        'cancel',
        'spot reclaim',
        'credentials end',
      ),
      afterSeconds: fc.integer({ min: 0, max: 200 }),
    }),
    { nil: undefined, freq: 2 },
  ),
  faults: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(fault, { minLength: 1, maxLength: 3 }) },
  ),
  inputs: fc.constantFrom<Record<string, string>>(
    {},
    {},
    {},
    { 'fail-fast': 'false' },
    { rollback: 'false' },
    { 'on-cancel': 'leave' },
    { 'no-progress-minutes': '4' },
    { 'wait-for-minutes': '5' },
    { 'desired-count': '2' },
    { 'force-new-deployment': 'true' },
    { 'wait-for-service-stability': 'false' },
  ),
  readings,
  randomSeed: fc.nat(),
});
