import { type Reason, type Result, type ServiceOutcome, worst } from '../deployment/outcome.ts';
import type { ProvidedImage } from '../image/registry/provided-image.ts';
import type { Plan } from '../plan/show/plan.ts';
import { inIso } from '../text/time.ts';
import { consoleUrl } from './links.ts';
import { planMessage } from './plan.ts';

/** The step's outputs by name, as action.yml describes them; set on failure, too. */
export function outputsOf({
  outcomes,
  image,
  durationSeconds,
}: {
  readonly outcomes: readonly ServiceOutcome[];
  readonly image: ProvidedImage | undefined;
  readonly durationSeconds: number;
}): Readonly<Record<string, string>> {
  const main = worst(outcomes);
  return {
    result: main?.result ?? 'failed',
    reason: main?.reason ?? 'unexpected',
    message: main?.message ?? '',
    image: image?.uri ?? '',
    'image-digest': image?.digest ?? '',
    digest: image?.digest ?? '',
    'task-definition-arn': main?.taskDefinitionArn ?? '',
    'previous-task-definition-arn': main?.previousTaskDefinitionArn ?? '',
    'deployment-id': main?.deploymentId ?? '',
    ...hookOutputs(main),
    'service-arn': main?.serviceArn ?? '',
    'console-url': main === undefined ? '' : (consoleUrl(main) ?? ''),
    services: JSON.stringify(outcomes.map(serviceOutput)),
    plan: '',
    changes: '',
    problems: '',
    'duration-seconds': String(Math.round(durationSeconds)),
  };
}

/** The outputs of a run that ended before it touched a service. */
export function outputsOfFailure(
  result: Result,
  reason: Reason,
  message: string,
  durationSeconds: number,
): Readonly<Record<string, string>> {
  return { ...outputsOf({ outcomes: [], image: undefined, durationSeconds }), result, reason, message };
}

/** The outputs of a plan; `result` is planned, or failed if a deploy would be refused. */
export function outputsOfPlan(plan: Plan, durationSeconds: number): Readonly<Record<string, string>> {
  const { image, services, changes, problems } = plan;
  const only = services.length === 1 ? services[0] : undefined;
  return {
    ...outputsOf({ outcomes: [], image: undefined, durationSeconds }),
    result: problems ? 'failed' : 'planned',
    reason: problems ? 'change-refused' : 'planned',
    message: planMessage(plan),
    image: image.uri ?? '',
    'image-digest': image.digest ?? '',
    digest: image.digest ?? '',
    'previous-task-definition-arn': only?.taskDefinition.from ?? '',
    'task-definition-arn': only?.taskDefinition.to ?? '',
    'service-arn': only?.serviceArn ?? '',
    plan: JSON.stringify(plan),
    changes: String(changes),
    problems: String(problems),
  };
}

/** What an answer to the pause needs; no ARN, since GitHub drops outputs that hold a masked account number. */
function hookOutputs(outcome: Pick<ServiceOutcome, 'pause'> | undefined): Readonly<Record<string, string>> {
  return {
    'hook-id': outcome?.pause?.hook ?? '',
    'hook-expires-at': outcome?.pause?.expires === undefined ? '' : inIso(outcome.pause.expires),
    'hook-timeout-action': outcome?.pause?.timeoutAction ?? '',
  };
}

function serviceOutput(outcome: ServiceOutcome) {
  const { service, serviceArn, result, reason, message, deploymentId } = outcome;
  return {
    service,
    'service-arn': serviceArn,
    result,
    reason,
    message,
    'deployment-id': deploymentId,
    ...(outcome.pause === undefined ? {} : hookOutputs(outcome)),
    'task-definition-arn': outcome.taskDefinitionArn,
    'previous-task-definition-arn': outcome.previousTaskDefinitionArn,
    'console-url': consoleUrl(outcome),
  };
}
