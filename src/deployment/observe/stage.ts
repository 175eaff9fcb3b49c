import type { DeploymentLifecycleHookDetail, ServiceDeployment } from '@aws-sdk/client-ecs';
import { strategyOf, type TrafficStep } from '../../service/strategy.ts';
import { isJsonObject, type JsonObject, numberIn } from '../../text/json.ts';
import { plain } from '../../text/sanitize.ts';

/** The lifecycle stage that a service deployment is in, as its record shows it. Texts are fit for printing. */
export interface Stage {
  /** AWS's name, which may be one that is unknown here. */
  readonly name: string;
  readonly weights: Weights;
  /** The step of production traffic that the stage takes or prepares. */
  readonly step: NumberedStep | undefined;
  /** How long the stage waits by the service's configuration. */
  readonly bakeSeconds: number;
}

/** Percent of the traffic that the new revision gets; undefined where ECS shows none, as without a load balancer. */
export interface Weights {
  readonly production: number | undefined;
  readonly test: number | undefined;
}

interface NumberedStep extends TrafficStep {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

/** A lifecycle hook of the current stage. */
export interface Hook {
  readonly kind: 'lambda' | 'pause' | 'other';
  readonly id: string;
  /** The function's name, or the id of a pause, which has no other name. */
  readonly name: string;
  /** AWS's word, which may be unknown here. */
  readonly status: string;
  readonly expires: Date | undefined;
  /** What ECS does when it expires: CONTINUE or ROLLBACK. */
  readonly timeoutAction: string | undefined;
}

/** A pause hook that waits for somebody's answer. */
export interface Pause {
  readonly hook: string;
  readonly stage: string | undefined;
  readonly expires: Date | undefined;
  readonly timeoutAction: string | undefined;
}

/** Reads the stage; undefined where the record shows none, as for a rolling update. */
export function stageOf(deployment: ServiceDeployment | undefined): Stage | undefined {
  if (deployment?.lifecycleStage === undefined) return undefined;
  const name = plain(deployment.lifecycleStage, 100);
  const weights = weightsOf(deployment);
  const configuration = configurationOf(deployment);
  const step = stepOf(name, weights, strategyOf(configuration).steps);
  const bakeMinutes = name === 'BAKE_TIME' ? (numberIn(configuration.bakeTimeInMinutes) ?? 0) : 0;
  const stepMinutes = name === 'PRODUCTION_TRAFFIC_SHIFT' ? (step?.bakeMinutes ?? 0) : 0;
  return { name, weights, step, bakeSeconds: (bakeMinutes + stepMinutes) * 60 };
}

/** The service's configuration when the deployment began, as JSON. */
export function configurationOf({ deploymentConfiguration }: ServiceDeployment): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(deploymentConfiguration ?? {}));
  return isJsonObject(copy) ? copy : {};
}

function weightsOf({ targetServiceRevision: target }: ServiceDeployment): Weights {
  return { production: target?.requestedProductionTrafficWeight, test: target?.requestedTestTrafficWeight };
}

/** The stage before a shift shows the weights before its step (documented for the payload of its hooks). */
function stepOf(
  stage: string,
  { production }: Weights,
  steps: readonly TrafficStep[],
): NumberedStep | undefined {
  if (production === undefined) return undefined;
  const index =
    stage === 'PRODUCTION_TRAFFIC_SHIFT'
      ? steps.findIndex(({ percent }) => percent === production)
      : stage === 'PRE_PRODUCTION_TRAFFIC_SHIFT'
        ? steps.findIndex(({ percent }) => percent > production)
        : -1;
  const step = steps[index];
  return step && { ...step, number: index + 1, of: steps.length };
}

const hookIsOver = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT']);

/** The hooks of the current stage that aren't over; one with an unknown status counts, so that it is shown. */
export function openHooks(deployment: ServiceDeployment | undefined): readonly Hook[] {
  return (deployment?.lifecycleHookDetails ?? []).map(hookOf).filter(({ status }) => !hookIsOver.has(status));
}

function hookOf(detail: DeploymentLifecycleHookDetail): Hook {
  const { hookId, targetType, targetArn, status, expiresAt: expires, timeoutAction } = detail;
  const kinds = { AWS_LAMBDA: 'lambda', PAUSE: 'pause' } as const;
  const id = plain(hookId ?? 'unknown', 200);
  return {
    kind: targetType === undefined ? 'other' : (kinds[targetType] ?? 'other'),
    id,
    name: targetArn === undefined ? id : functionName(targetArn),
    status: plain(status ?? 'unknown', 100),
    expires,
    timeoutAction: timeoutAction && plain(timeoutAction, 100),
  };
}

/** `check` or `check:live` of `arn:aws:lambda:eu-west-1:123456789012:function:check:live`. */
export function functionName(arn: string): string {
  const name = arn.split(':').slice(6).join(':');
  return plain(name === '' ? arn : name, 200);
}

/** The pause that waits for an answer, whatever the strategy: a rolling update may have one too (AWS's pages differ). */
export function pauseOf(deployment: ServiceDeployment | undefined): Pause | undefined {
  const hook = openHooks(deployment).find(({ status }) => status === 'AWAITING_ACTION');
  const { expires, timeoutAction } = hook ?? {};
  return hook && { hook: hook.id, stage: stageOf(deployment)?.name, expires, timeoutAction };
}
