import type { WaitGoal } from '../inputs/rollout.ts';

/** How long a rollout may take, and which failures end it. */
export interface RolloutPolicy {
  readonly failFast: boolean;
  /** Whether ECS's own circuit breaker counts failed tasks too. */
  readonly circuitBreaker: boolean;
  readonly limitSeconds: number;
  /** Time on top of the limit for ECS to roll back, or to stop the deployment. */
  readonly rollbackSeconds: number;
  /** Where the step stops following a deployment that goes well. */
  readonly followsUntil: Exclude<WaitGoal, 'started'>;
  readonly noProgressSeconds: number | undefined;
}
