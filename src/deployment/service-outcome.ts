import type { ServiceRef } from '../reference/deployment.ts';
import type { Cause } from './diagnose/diagnose.ts';
import type { Pause } from './observe/stage.ts';
import type { StageSpan } from './observe/stage-span.ts';
import type { CurrentState, ServiceOutcome } from './outcome.ts';
import type { Sentence } from './sentence.ts';

/** The versions that an outcome is about, by the ARNs of their task definitions. */
export interface Versions {
  /** The version that the run deployed, or was to deploy. */
  readonly taskDefinitionArn: string | undefined;
  readonly previousTaskDefinitionArn: string | undefined;
}

/** What an end may have besides its result; whatever is left out does not apply. */
export interface OutcomeDetails {
  readonly deploymentId?: string | undefined;
  readonly advice?: string | undefined;
  readonly cause?: Cause | undefined;
  readonly currentState?: CurrentState | undefined;
  readonly pause?: Pause | undefined;
  readonly stages?: readonly StageSpan[] | undefined;
  readonly recovery?: readonly string[] | undefined;
}

/** The outcome of one service; every outcome of a service is made here. Pure. */
export function serviceOutcome(
  { name, arn, clusterArn }: ServiceRef,
  { taskDefinitionArn, previousTaskDefinitionArn }: Versions,
  { result, reason, text }: Pick<Sentence, 'result' | 'reason' | 'text'>,
  { deploymentId, advice, cause, currentState, pause, stages, recovery = [] }: OutcomeDetails = {},
): ServiceOutcome {
  return {
    service: name,
    serviceArn: arn,
    clusterArn,
    result,
    reason,
    message: text,
    deploymentId,
    taskDefinitionArn,
    previousTaskDefinitionArn,
    advice,
    cause,
    currentState,
    pause,
    stages,
    recovery,
  };
}
