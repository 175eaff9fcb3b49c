import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { wordsOf } from '../aws/errors.ts';
import { failuresOf } from '../deployment/after-completion.ts';
import { failedGroups } from '../deployment/diagnose/diagnose.ts';
import type { Run } from '../run/run.ts';
import type { ServiceState } from '../service/describe.ts';
import type { Reader } from '../service/reader.ts';
import type { TaskView } from '../service/task.ts';
import { asSentence, inWords, nameOf } from '../text/words.ts';
import type { PastDeployment } from './past.ts';

/** Doubts that a person should know before a version counts as good, or why nobody can know them. */
export interface Proof {
  readonly doubts: readonly string[];
  /** Undefined where all that ECS keeps was read. */
  readonly unknown: string | undefined;
}

/** ECS describes a stopped task for at least an hour (documented), and forgets it then. */
const rememberedMilliseconds = 3_600_000;

/**
 * ECS calls a deployment SUCCESSFUL that had no task at all, or whose first tasks failed. Warns of what is still to be
 * seen of that. Never throws: it only adds to what is said.
 */
export async function logProof(
  { log, clock, signal }: Pick<Run, 'log' | 'clock' | 'signal'>,
  shared: Reader,
  seen: Pick<ServiceState, 'name' | 'clusterArn'>,
  version: PastDeployment,
  past: readonly PastDeployment[],
): Promise<void> {
  const { serviceDeploymentArn, deploymentId, status } = version;
  if (status !== 'SUCCESSFUL' || serviceDeploymentArn === undefined || deploymentId === undefined) return;
  const name = nameOf(version.taskDefinitionArn);
  const left = leftSoon(version, past);
  if (left !== undefined) log.warning(`${seen.name}: ${left}`);
  const reader = shared.until(signal);
  try {
    const [deployment, stopped] = await Promise.all([
      reader.serviceDeployment(serviceDeploymentArn),
      reader
        .taskArns(seen.clusterArn, seen.name, 'STOPPED')
        .then((arns) => reader.tasks(seen.clusterArn, arns, deploymentId)),
    ]);
    const { doubts, unknown } = proofOf(name, deployment, stopped.own, clock.date());
    for (const doubt of doubts) log.warning(`${seen.name}: ${doubt}`);
    if (unknown !== undefined) log.say(`${seen.name}: ${unknown}`);
  } catch (error) {
    log.say(`${seen.name}: how the deployment of ${name} went can't be read: ${wordsOf(error)}`);
  }
}

/** Within this time a version that was bad is found out (our choice). */
const soonMilliseconds = 10 * 60_000;

/**
 * The history of a version that the service left again soon after its deployment had completed, for the one
 * before it. That is what a rollback leaves behind, by hand or by a health-check-url that failed: ECS calls the deployment
 * SUCCESSFUL, and a tag that would say more needs a permission that few roles have. Pure.
 *
 * @param past newest first, with the version in it
 */
export function leftSoon(version: PastDeployment, past: readonly PastDeployment[]): string | undefined {
  const at = past.indexOf(version);
  const next = at < 1 ? undefined : past[at - 1];
  const before = past.slice(at + 1).find(({ status }) => status === 'SUCCESSFUL');
  if (next?.createdAt === undefined || before === undefined || version.finishedAt === undefined)
    return undefined;
  const milliseconds = next.createdAt.getTime() - version.finishedAt.getTime();
  const isBack = next.taskDefinitionArn === before.taskDefinitionArn;
  if (!isBack || milliseconds < 0 || milliseconds > soonMilliseconds) return undefined;
  return `${inWords(milliseconds / 1000)} after the deployment of ${nameOf(version.taskDefinitionArn)} had completed, the service went back to ${nameOf(next.taskDefinitionArn)}. ECS doesn't say why; it may have been rolled back because of health-check-url, or by hand.`;
}

/**
 * Pure. The counts of a deployment that is over are those of its end (documented).
 * @param stopped tasks of that deployment that ECS still knows; @param today by the machine's clock: where that is wrong, one of two true sentences is missing
 */
export function proofOf(
  name: string,
  deployment: Pick<
    ServiceDeployment,
    'targetServiceRevision' | 'finishedAt' | 'deploymentCircuitBreaker'
  > = {},
  stopped: readonly TaskView[],
  today: Date,
): Proof {
  const { targetServiceRevision, finishedAt, deploymentCircuitBreaker } = deployment;
  const count = failuresOf({ tasks: stopped }).length;
  const [group] = failedGroups(stopped);
  const counted = deploymentCircuitBreaker?.failureCount ?? 0;
  const failures =
    count > 0
      ? `${count === 1 ? '1 task' : `${count} tasks`} of ${name} failed since its deployment began. ${asSentence(group?.stoppedReason ?? '')}`
      : counted > 0
        ? `The circuit breaker counted ${counted} failed tasks when ${name} was deployed.`
        : undefined;
  const hasNoTask = targetServiceRevision?.requestedTaskCount === 0;
  const isForgotten =
    finishedAt === undefined || today.getTime() - finishedAt.getTime() > rememberedMilliseconds;
  return {
    doubts: [
      ...(hasNoTask
        ? [`ECS completed the deployment of ${name} with 0 of 0 tasks: nothing has shown that it starts.`]
        : []),
      ...(failures === undefined ? [] : [failures]),
    ],
    unknown:
      isForgotten && failures === undefined
        ? `whether tasks of ${name} failed before ECS completed its deployment is not known: ECS forgets stopped tasks after about an hour`
        : undefined,
  };
}
