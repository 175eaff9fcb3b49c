import type { FailureKind } from '../model/service.ts';

/** Why a deployment failed; `why` completes "rolled back because …". */
export interface Failure {
  readonly kind: FailureKind;
  readonly why: string;
}

export const failures = {
  breaker: { kind: 'circuit-breaker', why: 'the circuit breaker threshold was exceeded.' }, // observed
  alarm: { kind: 'alarm', why: 'of one or more active alarms.' }, // observed
  request: { kind: 'request', why: 'a rollback was requested.' }, // ours
} as const satisfies Readonly<Record<string, Failure>>;

/** Texts of service deployments and rollout states. Those without a remark are ours, because AWS documents none. */
export const reasons = {
  inProgress: (id: string) => `ECS deployment ${id} in progress.`, // observed
  completed: (id: string) => `ECS deployment ${id} completed.`, // observed
  noCandidate: 'No rollback candidate was found to run the rollback.', // observed
  superseded: 'Service deployment was stopped because a new service deployment was started.',
  deleted: 'Service deployment was stopped because the service was deleted.',
  rollbackSuperseded: 'Service deployment rollback was stopped because a new service deployment was started.',
  rollbackFailed: ({ why }: Failure) => `Service deployment rollback failed because ${why}`,
  rolledBack: ({ why }: Failure) => `Service deployment rolled back because ${why}`, // observed
  stopped: ({ why }: Failure) => `Service deployment stopped because ${why}`,
} as const;

/** The rollout state reason of a deployment that failed. */
export const failedReasons = {
  'circuit-breaker': 'ECS deployment circuit breaker: task failed to start.', // documented in a sample
  alarm: 'ECS deployment failed: alarm detected.',
  request: 'ECS deployment was stopped by a rollback request.',
  stage: 'ECS deployment failed: a lifecycle stage failed.',
} as const satisfies Readonly<Record<FailureKind, string>>;

/** The rollout state reason of a deployment that a rollback returns to. */
export const rollingBackReasons = {
  'circuit-breaker': (id) => `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`, // documented
  alarm: (id) => `ECS deployment alarm detected: rolling back to deploymentId ${id}.`,
  request: (id) => `ECS deployment rollback requested: rolling back to deploymentId ${id}.`,
  stage: (id) => `ECS deployment lifecycle stage failed: rolling back to deploymentId ${id}.`,
} as const satisfies Readonly<Record<FailureKind, (id: string) => string>>;
