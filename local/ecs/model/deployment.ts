import type { BackOff } from './back-off.ts';
import type { ServiceRevision } from './service-revision.ts';

/** One entry of `deployments` of a service, kept for a rollback when DescribeServices no longer shows it. */
export interface Deployment {
  /** `ecs-svc/<N>`; its service revision ends in the same number. */
  readonly id: string;
  readonly revision: ServiceRevision;
  readonly createdAt: number;
  updatedAt: number;
  status: 'PRIMARY' | 'ACTIVE' | 'INACTIVE';
  rolloutState: string | undefined;
  rolloutStateReason: string;
  /** How many tasks it should have; an older deployment's goes down as the newer one's tasks become healthy. */
  desiredCount: number;
  /** As documented: consecutive failures, 0 and no longer counted once a task was healthy. */
  failedTasks: number;
  /** What the circuit breaker counts. */
  failureCount: number;
  hadHealthyTask: boolean;
  /** Its first tasks failed before the tags of its images were resolved to digests. */
  unresolvedFailures: number;
  isResolved: boolean;
  backOff: BackOff;
  /** It has failed and launches nothing more. */
  isHalted: boolean;
  bakeStartedAt: number | undefined;
  /** Set by `interfere`: shown instead of the truth. */
  shown: { readonly rolloutState: string | undefined } | undefined;
  /** Alarms that were in ALARM when it began: not looked at during it (documented). */
  readonly ignoredAlarms: ReadonlySet<string>;
}
