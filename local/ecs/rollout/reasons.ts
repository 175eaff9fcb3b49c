/** Why a deployment was failed: by its circuit breaker, by an alarm, by StopServiceDeployment. */
export type Cause = 'circuit-breaker' | 'alarm' | 'request';

/** Texts of service deployments and rollout states: only those marked were seen; for the others AWS gives none. */
export const reasons = {
  inProgress: (id: string) => `ECS deployment ${id} in progress.`, // seen
  completed: (id: string) => `ECS deployment ${id} completed.`, // seen
  noCandidate: 'No rollback candidate was found to run the rollback.', // seen
  superseded: 'Service deployment was stopped because a new service deployment was started.',
  deleted: 'Service deployment was stopped because the service was deleted.',
  rollbackSuperseded: 'Service deployment rollback was stopped because a new service deployment was started.',
  rollbackFailed: 'Service deployment rollback failed because the circuit breaker threshold was exceeded.',
  failed: {
    'circuit-breaker': 'ECS deployment circuit breaker: task failed to start.', // documented in a sample
    alarm: 'ECS deployment failed: alarm detected.',
    request: 'ECS deployment was stopped by a rollback request.',
  },
  rollingBack: {
    'circuit-breaker': (id: string) => `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`, // documented
    alarm: (id: string) => `ECS deployment alarm detected: rolling back to deploymentId ${id}.`,
    request: (id: string) => `ECS deployment rollback requested: rolling back to deploymentId ${id}.`,
  },
  rolledBack: {
    'circuit-breaker': 'Service deployment rolled back because the circuit breaker threshold was exceeded.', // seen
    alarm: 'Service deployment rolled back because an alarm was detected.',
    request: 'Service deployment rolled back because a rollback was requested.',
  },
  stopped: {
    'circuit-breaker': 'Service deployment stopped because the circuit breaker threshold was exceeded.',
    alarm: 'Service deployment stopped because an alarm was detected.',
    request: 'Service deployment stopped by request.',
  },
} as const;
