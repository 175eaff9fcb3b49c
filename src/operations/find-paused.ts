import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { call } from '../aws/call.ts';
import type { PauseHook } from '../deployment/answer-hook.ts';
import { openHooks, stageOf } from '../deployment/observe/stage.ts';
import { Failure } from '../process/failure.ts';
import type { DeploymentRef } from '../reference/deployment.ts';
import type { PastDeployment } from '../rollback/past.ts';
import { calling, type Run } from '../run/run.ts';
import type { ServiceState } from '../service/describe.ts';
import type { Reader } from '../service/reader.ts';
import { isOver } from '../service/service-deployments.ts';
import { plain } from '../text/sanitize.ts';
import { nameOf } from '../text/words.ts';

/** The deployment of one service that a `continue` is about. */
export interface AnswerableDeployment {
  readonly deployment: DeploymentRef;
  readonly past: PastDeployment;
  /** The hook that waits; undefined for a deployment that is over, or that ECS ends already. */
  readonly pause: WaitingHook | undefined;
}

export interface WaitingHook extends PauseHook {
  readonly stage: string | undefined;
  readonly expires: Date | undefined;
  readonly timeoutAction: string | undefined;
  /** How many other hooks of the stage wait, each for an answer of its own. */
  readonly others: number;
}

/**
 * Finds the deployment that `deployment-id` names, or the one in flight, and the hook at which it is paused.
 * @param past newest first
 * @throws Failure not-paused
 */
export async function findPaused(
  run: Run,
  reader: Reader,
  seen: ServiceState,
  past: readonly PastDeployment[],
  deploymentIds: readonly string[],
): Promise<AnswerableDeployment> {
  const { name } = seen;
  if (seen.history.kind === 'unknown') {
    throw notPaused(`ECS doesn't tell which deployment of ${name} is paused: ${seen.history.why}.`);
  }
  const meant = past.find(({ deploymentId = '', status }) =>
    deploymentIds.length === 0 ? !isOver(status) : deploymentIds.includes(deploymentId),
  );
  if (meant === undefined) throw notPaused(noneOf(name, past, deploymentIds));
  const { deploymentId = '', serviceDeploymentArn = '', taskDefinitionArn: target, createdAt } = meant;
  const service = { name, arn: seen.arn, clusterArn: seen.clusterArn };
  const deployment: DeploymentRef = { service, id: deploymentId, createdAt, target };
  const record = await call(calling(run), 'ecs:DescribeServiceDeployments', (over) =>
    reader.until(over).serviceDeployment(serviceDeploymentArn),
  );
  const pause = record === undefined ? undefined : waitingHook(serviceDeploymentArn, record);
  const status = record?.status ?? meant.status;
  const isEnding = isOver(status) || status?.startsWith('ROLLBACK') || status === 'STOP_REQUESTED';
  if (pause === undefined && !isEnding) throw notPaused(whereItIs(deployment, record));
  return { deployment, past: meant, pause };
}

/** The waiting hook that times out first. Only a deployment that is in progress can be answered (documented). */
function waitingHook(serviceDeploymentArn: string, record: ServiceDeployment): WaitingHook | undefined {
  if (record.status !== 'IN_PROGRESS') return undefined;
  const waiting = openHooks(record).filter(({ status }) => status === 'AWAITING_ACTION');
  const [first] = waiting.toSorted((a, b) => timeOf(a.expires) - timeOf(b.expires));
  if (first === undefined) return undefined;
  const { id: hookId, expires, timeoutAction } = first;
  const stage = stageOf(record)?.name;
  return { serviceDeploymentArn, hookId, stage, expires, timeoutAction, others: waiting.length - 1 };
}

const timeOf = (date: Date | undefined): number => date?.getTime() ?? Number.POSITIVE_INFINITY;

function noneOf(name: string, past: readonly PastDeployment[], deploymentIds: readonly string[]): string {
  if (deploymentIds.length > 0) {
    return `The newest deployments of ${name} don't include ${deploymentIds.join(' or ')}.`;
  }
  const [last] = past;
  const ended =
    last === undefined
      ? ''
      : ` The last one, ${last.deploymentId} of ${nameOf(last.taskDefinitionArn)}, ended as ${last.status}.`;
  return `No deployment of ${name} is in flight, so none is paused.${ended}`;
}

function whereItIs({ id, target, service }: DeploymentRef, record: ServiceDeployment | undefined): string {
  const stage = stageOf(record)?.name;
  const where =
    stage === undefined
      ? `its status is ${plain(record?.status ?? 'unknown')}`
      : `it is in the stage ${stage}`;
  const running = openHooks(record).map(({ kind, name }) => `the ${kind} hook ${name} is running`);
  return `The deployment ${id} of ${nameOf(target)} to ${service.name} isn't paused: ${[where, ...running].join(', ')}.`;
}

function notPaused(message: string): Failure {
  return new Failure({
    code: 'not-paused',
    fault: 'yours',
    message,
    advice:
      'Nothing was answered. Let the step that deploys end with wait-until: paused, and hand its output deployment-id to this one.',
  });
}
