import { arn } from '../../base/account.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Service } from '../model/service.ts';
import type { State } from '../model/state.ts';
import { identifierIn } from '../rules/identifiers.ts';

/**
 * The service of a name or ARN in a cluster; an INACTIVE one for about an hour (documented).
 *
 * @throws AwsError for an ARN of another cluster, account or region
 */
export function findService(state: State, cluster: Cluster, reference: string): Service | undefined {
  const found = state.services.get(serviceArn(state, cluster, reference));
  const goneFor = found?.inactiveSince === undefined ? 0 : state.clock.now() - found.inactiveSince;
  return goneFor > 3600 * 1000 ? undefined : found;
}

/** The ARN that a service of this name or ARN has in the cluster. */
export function serviceArn({ account }: State, cluster: Cluster, reference: string): string {
  return arn(
    account,
    'ecs',
    `service/${cluster.name}/${identifierIn(account, cluster, 'service', reference)}`,
  );
}
