import type { Service } from '@aws-sdk/client-ecs';
import type { DeploymentRef } from '../../reference/deployment.ts';
import { primaryOf } from '../../service/primary.ts';
import type { Reader } from '../../service/reader.ts';
import { plain } from '../../text/sanitize.ts';
import { nameOf } from '../../text/words.ts';
import { failedGroups } from '../diagnose/diagnose.ts';
import type { CurrentState } from '../outcome.ts';

/** Gathers it. Never throws: what can't be read is said. */
export async function readCurrentState(
  reader: Reader,
  { service: { clusterArn, arn: serviceArn, name: serviceName }, id }: DeploymentRef,
): Promise<CurrentState> {
  try {
    const service = await reader.service(clusterArn, serviceArn);
    const primary = primaryOf(service);
    const stopped =
      primary === undefined || primary.id === id
        ? []
        : (
            await reader.tasks(
              clusterArn,
              await reader.taskArns(clusterArn, serviceName, 'STOPPED'),
              primary.id,
            )
          ).own;
    const failures = failedGroups(stopped).map(
      ({ count, stoppedReason, containers }) =>
        `${count} x ${stoppedReason}${containers.length === 0 ? '' : ` (${containers.join('; ')})`}`,
    );
    return { failures, runs: describeDeployments(service) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { failures: [], runs: [`not known: ${plain(why, 300)}`] };
  }
}

/** A line for each deployment that has tasks or wants them, PRIMARY first as ECS lists them. */
export function describeDeployments(
  service: Pick<Service, 'deployments' | 'desiredCount'> | undefined,
): readonly string[] {
  const deployments = (service?.deployments ?? []).filter(
    ({ status, runningCount = 0, pendingCount = 0 }) =>
      status === 'PRIMARY' || runningCount + pendingCount > 0,
  );
  return deployments.map(({ taskDefinition = '', status, rolloutState, runningCount = 0 }) => {
    const state = [status, rolloutState].filter((text) => text !== undefined).join(', ');
    // A deployment that failed shows a desired count of 0 (seen); the service's own is what is wanted.
    const count =
      status === 'PRIMARY'
        ? `${runningCount} of ${service?.desiredCount ?? 0} tasks running`
        : `${runningCount} tasks still running`;
    return `${nameOf(plain(taskDefinition, 300))}: ${count} (${plain(state, 60)})`;
  });
}
