import { documentOf, flagOf, numberOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';

/** `earlySuccessCriteria` where they are enabled: a rolling update succeeds before every task is replaced. */
export interface EarlySuccess {
  /** The share of the desired count that has to be healthy new tasks. */
  readonly healthyPercent: number;
  /** Whether the old tasks have to be gone as well. */
  readonly isBlocking: boolean;
}

export function earlySuccessOf(deploymentConfiguration: Document | undefined): EarlySuccess | undefined {
  const criteria = documentOf(deploymentConfiguration, 'earlySuccessCriteria');
  if (flagOf(criteria, 'enable') !== true) return undefined;
  return {
    healthyPercent: numberOf(criteria, 'healthyPercent') ?? 100,
    isBlocking: textOf(criteria, 'sourceServiceRevisionCleanup') !== 'DEFERRED',
  };
}

/** How many healthy tasks are enough (documented: rounded up, and at least one of a service that wants any). */
export function healthyTasksNeeded({ healthyPercent }: EarlySuccess, desiredCount: number): number {
  return Math.min(desiredCount, Math.max(1, Math.ceil((healthyPercent * desiredCount) / 100)));
}
