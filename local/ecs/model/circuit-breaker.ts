import { documentOf, flagOf, numberOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';

/** `deploymentCircuitBreaker` with AWS's defaults filled in. */
export interface CircuitBreaker {
  readonly isEnabled: boolean;
  readonly rollsBack: boolean;
  readonly resetsOnHealthyTask: boolean;
  readonly threshold: { readonly type: string; readonly value: number };
}

/** Reads `deploymentCircuitBreaker` of a deployment configuration (defaults documented by AWS). */
export function circuitBreakerOf(deploymentConfiguration: Document): CircuitBreaker {
  const given = documentOf(deploymentConfiguration, 'deploymentCircuitBreaker');
  const threshold = documentOf(given, 'thresholdConfiguration');
  return {
    isEnabled: flagOf(given, 'enable') ?? false,
    rollsBack: flagOf(given, 'rollback') ?? false,
    resetsOnHealthyTask: flagOf(given, 'resetOnHealthyTask') ?? true,
    threshold: {
      type: textOf(threshold, 'type') ?? 'BOUNDED_PERCENT',
      value: numberOf(threshold, 'value') ?? 50,
    },
  };
}

/** How many failures fail a deployment, by the latest desired count (documented: 1 gives 3, 25 gives 13, 800 gives 200). */
export function failureThreshold({ threshold }: CircuitBreaker, desiredCount: number): number {
  if (threshold.type === 'COUNT') return threshold.value;
  const share = Math.ceil((threshold.value / 100) * desiredCount);
  if (threshold.type === 'UNBOUNDED_PERCENT') return Math.max(1, share);
  return Math.min(200, Math.max(3, share));
}
