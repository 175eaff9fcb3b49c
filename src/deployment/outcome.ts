import type { FailureCode } from '../process/failure.ts';
import type { Cause } from './diagnose/diagnose.ts';
import type { Pause } from './observe/stage.ts';
import type { StageSpan } from './observe/stage-span.ts';

/** How the step ended; the exit code follows from it. */
export type Result =
  | 'deployed'
  | 'unchanged'
  | 'started'
  | 'planned'
  | 'paused'
  | 'traffic-shifted'
  | 'rolled-back'
  | 'rollback-failed'
  | 'superseded'
  | 'timed-out'
  | 'cancelled'
  | 'failed';

/** The worst first: of several services the step has the result of the one that stands first here. */
const worstFirst: readonly Result[] = [
  'rollback-failed',
  'failed',
  'cancelled',
  'timed-out',
  'superseded',
  'rolled-back',
  'paused',
  'started',
  'planned',
  'traffic-shifted',
  'deployed',
  'unchanged',
];

/** Why, as a code: closed, documented in docs/outcomes.md, and stable. */
export const reasons = [
  'completed',
  'completed-short',
  'completed-without-traffic',
  'completed-after-failures',
  'completed-before-rollback',
  'completed-untested',
  'nothing-proven',
  'no-change',
  'not-waited-for',
  'paused',
  'traffic-shifted',
  'planned',
  'circuit-breaker',
  'circuit-breaker-without-rollback',
  'alarm',
  'alarm-without-rollback',
  'lifecycle-hook',
  'pause-timed-out',
  'pause-refused',
  'network-configuration',
  'load-balancer-permission',
  'stage-timed-out',
  'stopped-by-person',
  'rolled-back-by-ecs',
  'tasks-failed',
  'no-progress',
  'time-limit',
  'health-check-url',
  'test-url',
  'cancelled-run',
  'another-deployment',
  'count-changed',
  'service-deleted',
  'only-cleanup-left',
  'traffic-shifting',
  'paused-by-hook',
  'access-lost',
  'update-unknown',
] as const;

export type Reason = (typeof reasons)[number] | FailureCode;

/** What became of one service. */
export interface ServiceOutcome {
  readonly service: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly result: Result;
  readonly reason: Reason;
  /** One sentence. */
  readonly message: string;
  readonly deploymentId: string | undefined;
  /** What this run deployed, or wanted to. */
  readonly taskDefinitionArn: string | undefined;
  readonly previousTaskDefinitionArn: string | undefined;
  /** What to do, where AWS refused the update. */
  readonly advice?: string | undefined;
  readonly cause: Cause | undefined;
  /** The lifecycle stages that the run observed, of a deployment that shifts traffic. */
  readonly stages?: readonly StageSpan[] | undefined;
  /** What a failed rollback has left. */
  readonly currentState: CurrentState | undefined;
  /** The pause that the step ended at, with `wait-until: paused`. */
  readonly pause?: Pause | undefined;
  /** Where the service was left in a state that a person has to mend: the commands for it. */
  readonly recovery: readonly string[];
}

export function isGood(result: Result): boolean {
  const good: readonly Result[] = [
    'deployed',
    'unchanged',
    'paused',
    'traffic-shifted',
    'started',
    'planned',
  ];
  return good.includes(result);
}

/** Good ends that a person has to hear of: the step warns. */
export function isDoubtful({ result, reason }: Pick<ServiceOutcome, 'result' | 'reason'>): boolean {
  const reasonsToWarn: readonly Reason[] = [
    'completed-short',
    'completed-without-traffic',
    'completed-after-failures',
    'completed-before-rollback',
    'completed-untested',
    'nothing-proven',
  ];
  return isGood(result) && reasonsToWarn.includes(reason);
}

/** The outcome that stands for all; of equal ones, one that needs attention. */
export function worst(outcomes: readonly ServiceOutcome[]): ServiceOutcome | undefined {
  return outcomes.toSorted(
    (a, b) =>
      worstFirst.indexOf(a.result) - worstFirst.indexOf(b.result) ||
      Number(isDoubtful(b)) - Number(isDoubtful(a)),
  )[0];
}

/** What a rollback that failed has left, for the person who has to mend it. Every text is fit for printing. */
export interface CurrentState {
  /** Why the rollback's own tasks failed. */
  readonly failures: readonly string[];
  /** What the service runs now, deployment by deployment. */
  readonly runs: readonly string[];
}
