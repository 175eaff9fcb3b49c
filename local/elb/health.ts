import { codeMatches } from './matcher.ts';
import type { TargetHealthCheck } from './target-group.ts';
import type { TargetHealth } from './target-groups.ts';

/** What one health check of one target found. */
export type Finding =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'no-answer' };

/** A target's health and what speaks for a change of it. */
export interface TrackedHealth {
  readonly shown: TargetHealth;
  /** How many checks in a row were passed; negative: failed. */
  readonly inARow: number;
}

export const registeredHealth: TrackedHealth = {
  shown: {
    state: 'initial',
    reason: 'Elb.RegistrationInProgress',
    description: 'Target registration is in progress',
  },
  inARow: 0,
};

export const uncheckedHealth: TrackedHealth = {
  shown: {
    state: 'unavailable',
    reason: 'Target.HealthCheckDisabled',
    description: 'Health checks are not enabled for this target',
  },
  inARow: 0,
};

export const draining: TargetHealth = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
};

export const notRegistered: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotRegistered',
  description: 'Target is not registered to the target group',
};

/**
 * A target's health after one more check. Documented: a new target is healthy after the first check that it passes;
 * a healthy one is unhealthy after `unhealthyThreshold` failures in a row; an unhealthy one is healthy again after
 * `healthyThreshold` passes in a row. That a new target needs as many failures as a healthy one is our choice.
 */
export function healthAfterCheck(
  before: TrackedHealth,
  finding: Finding,
  check: TargetHealthCheck,
): TrackedHealth {
  const isPassed = finding.kind === 'status' && codeMatches(check.matcher, finding.status);
  const inARow = isPassed ? Math.max(0, before.inARow) + 1 : Math.min(0, before.inARow) - 1;
  const { state } = before.shown;
  if (isPassed) {
    const needed = state === 'unhealthy' ? check.healthyThreshold : 1;
    return inARow >= needed ? { shown: { state: 'healthy' }, inARow } : { ...before, inARow };
  }
  if (-inARow >= check.unhealthyThreshold) return { shown: unhealthy(finding), inARow };
  return state === 'initial' ? { shown: initialChecking, inARow } : { ...before, inARow };
}

const initialChecking: TargetHealth = {
  state: 'initial',
  reason: 'Elb.InitialHealthChecking',
  description: 'Initial health checks in progress',
};

/** Reasons and descriptions as DescribeTargetHealth documents them. */
function unhealthy(finding: Finding): TargetHealth {
  switch (finding.kind) {
    case 'status':
      return {
        state: 'unhealthy',
        reason: 'Target.ResponseCodeMismatch',
        description: `Health checks failed with these codes: [${finding.status}]`,
      };
    case 'timeout':
      return { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' };
    default:
      return { state: 'unhealthy', reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
  }
}
