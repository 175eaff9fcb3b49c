import type { Service } from '@aws-sdk/client-ecs';
import type { DeploymentRef } from '../../reference/deployment.ts';
import { primaryOf } from '../../service/primary.ts';
import { plain } from '../../text/sanitize.ts';
import { nameOf } from '../../text/words.ts';
import { failedGroups } from '../diagnose/diagnose.ts';
import type { CurrentState } from '../outcome.ts';
import { percentText, readTraffic, type TrafficContext } from '../verify-traffic.ts';

/** Gathers it. Never throws: what can't be read is said. */
export async function readCurrentState(
  context: TrafficContext,
  { service: { clusterArn, arn: serviceArn, name: serviceName }, id }: DeploymentRef,
): Promise<CurrentState> {
  const { reader } = context;
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
    return { failures, runs: describeDeployments(service, await readShares(context, service)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { failures: [], runs: [`not known: ${plain(why, 300)}`] };
  }
}

/** The production traffic of each deployment, in percent by its id, where ECS shifts it and the weights can be read. */
async function readShares(
  context: TrafficContext,
  service: Service | undefined,
): Promise<ReadonlyMap<string, number>> {
  const shares = new Map<string, number>();
  for (const { id = '' } of service?.deployments ?? []) {
    const traffic = await readTraffic(context, service, id).catch(() => undefined);
    if (traffic?.kind === 'known') shares.set(id, traffic.percent);
  }
  return shares;
}

/**
 * A line for each deployment that has tasks or wants them, PRIMARY first as ECS lists them.
 * @param shares percent of the production traffic, by the deployment's id
 */
export function describeDeployments(
  service: Pick<Service, 'deployments' | 'desiredCount'> | undefined,
  shares: ReadonlyMap<string, number> = new Map(),
): readonly string[] {
  const deployments = (service?.deployments ?? []).filter(
    ({ status, runningCount = 0, pendingCount = 0 }) =>
      status === 'PRIMARY' || runningCount + pendingCount > 0,
  );
  return deployments.map(({ id = '', taskDefinition = '', status, rolloutState, runningCount = 0 }) => {
    const state = [status, rolloutState].filter((text) => text !== undefined).join(', ');
    // A deployment that failed shows a desired count of 0 (seen); the service's own is what is wanted.
    const count =
      status === 'PRIMARY'
        ? `${runningCount} of ${service?.desiredCount ?? 0} tasks running`
        : `${runningCount} tasks still running`;
    const share = shares.get(id);
    const traffic = share === undefined ? '' : `, ${percentText(share)} of production traffic`;
    return `${nameOf(plain(taskDefinition, 300))}: ${count}${traffic} (${plain(state, 60)})`;
  });
}
