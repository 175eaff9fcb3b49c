import type { Service } from '@aws-sdk/client-ecs';
import { plain } from '../report/plain.ts';
import { failedGroups } from './diagnose.ts';
import type { Reader } from './reader.ts';
import type { Rollout } from './rollout.ts';
import { nameOf } from './sentence.ts';

/** What a rollback that failed has left, for the person who has to mend it. Every text is fit for printing. */
export interface Aftermath {
  /** Why the rollback's own tasks failed. */
  readonly failures: readonly string[];
  /** What the service runs now, deployment by deployment. */
  readonly runs: readonly string[];
}

/** Gathers it. Never throws: what can't be read is said. */
export async function readAftermath(
  reader: Reader,
  { clusterArn, serviceArn, serviceName, deploymentId }: Rollout,
): Promise<Aftermath> {
  try {
    const service = await reader.service(clusterArn, serviceArn);
    const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
    const stopped =
      primary?.id === undefined || primary.id === deploymentId
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
    return { failures, runs: whatRuns(service) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { failures: [], runs: [`not known: ${plain(why, 300)}`] };
  }
}

/** A line for each deployment that has tasks or shall have them, PRIMARY first as ECS lists them. */
export function whatRuns(
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
