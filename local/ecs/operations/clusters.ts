import { arn } from '../../base/account.ts';
import { documentsOf, pick, textOf, textsOf } from '../../server/members.ts';
import { AwsError, type Document, type Json, type Operations } from '../../server/operation.ts';
import { pageOf } from '../../server/pages.ts';
import type { Cluster } from '../model/cluster.ts';
import type { State } from '../model/state.ts';
import { readIdentifier } from '../rules/identifiers.ts';
import { clusterNotFound, invalidParameter } from '../rules/refusals.ts';
import { checkTags } from '../rules/tags.ts';

/**
 * The cluster of a name or ARN, `default` when none is named. A fresh account has no cluster, not even that one.
 *
 * @throws AwsError when the cluster doesn't exist, or for an ARN of another region
 */
export function clusterOf(state: State, input: Document): Cluster {
  const found = findCluster(state, textOf(input, 'cluster') ?? 'default');
  if (found === undefined || found.status !== 'ACTIVE') throw clusterNotFound();
  return found;
}

export function clusterOperations(state: State): Operations {
  return {
    CreateCluster: (input) => {
      const name = textOf(input, 'clusterName') ?? 'default';
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
        throw invalidParameter('The name may have up to 255 letters, numbers, underscores and hyphens.');
      }
      checkTags(documentsOf(input, 'tags'));
      const existing = findCluster(state, name);
      if (existing?.status === 'ACTIVE') return { cluster: describe(state, existing, ['TAGS']) };
      const created: Cluster = {
        name,
        arn: arn(state.account, 'ecs', `cluster/${name}`),
        status: 'ACTIVE',
        settings: pick(input, [
          'settings',
          'configuration',
          'capacityProviders',
          'defaultCapacityProviderStrategy',
        ]),
        tags: documentsOf(input, 'tags'),
      };
      state.clusters.set(name, created);
      return { cluster: describe(state, created, ['TAGS']) };
    },
    DescribeClusters: (input) => {
      const asked = textsOf(input, 'clusters');
      if (asked.length > 100) throw invalidParameter('clusters can have at most 100 items.');
      const names = asked.length === 0 ? ['default'] : asked;
      const found = names.map((name) => findCluster(state, name));
      return {
        clusters: found.flatMap((one) => (one ? [describe(state, one, textsOf(input, 'include'))] : [])),
        failures: names.flatMap((name, index): Json[] =>
          found[index] === undefined
            ? [
                {
                  arn: name.startsWith('arn:') ? name : arn(state.account, 'ecs', `cluster/${name}`),
                  reason: 'MISSING',
                },
              ]
            : [],
        ),
      };
    },
    ListClusters: (input) => {
      const arns = [...state.clusters.values()]
        .filter((one) => one.status === 'ACTIVE')
        .map((one) => one.arn);
      const { page, nextToken } = pageOf(arns, input, { size: 100, most: 100, keyOf: (one) => one });
      return { clusterArns: [...page], nextToken };
    },
    DeleteCluster: (input) => {
      const cluster = clusterOf(state, input);
      if (servicesOf(state, cluster).some((service) => service.status !== 'INACTIVE')) {
        throw new AwsError(
          'ClusterContainsServicesException',
          'The Cluster cannot be deleted while Services are active.',
        );
      }
      if (tasksOf(state, cluster).some((task) => task.lastStatus !== 'STOPPED')) {
        throw new AwsError(
          'ClusterContainsTasksException',
          'The Cluster cannot be deleted while Tasks are active.',
        );
      }
      cluster.status = 'INACTIVE';
      return { cluster: describe(state, cluster, []) };
    },
  };
}

/** Another account's cluster is not found: our choice, since AWS asks first whether the caller may see it at all. */
function findCluster(state: State, reference: string): Cluster | undefined {
  const { accountId, path } = readIdentifier(state.account, 'cluster', reference);
  return accountId === state.account.accountId ? state.clusters.get(path.join('/')) : undefined;
}

const servicesOf = (state: State, cluster: Cluster) =>
  [...state.services.values()].filter((service) => service.cluster === cluster);

const tasksOf = (state: State, cluster: Cluster) =>
  [...state.tasks.values()].filter((task) => task.cluster === cluster);

/**
 * A cluster has only the providers it was created with, Fargate's two included (documented: they "only need to be
 * associated with a cluster to be used"); the console associates those by itself. Text: seen in users' reports (dask/dask-cloudprovider#328). */
export function checkAssociated({ settings }: Cluster, { capacityProviderStrategy }: Document): void {
  const own = textsOf(settings, 'capacityProviders');
  const asked = documentsOf({ capacityProviderStrategy }, 'capacityProviderStrategy');
  if (asked.every((one) => own.includes(textOf(one, 'capacityProvider') ?? ''))) return;
  throw invalidParameter(
    'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again.',
  );
}

function describe(state: State, cluster: Cluster, include: readonly string[]): Document {
  const tasks = tasksOf(state, cluster);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter((task) => task.lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter((task) =>
      ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(task.lastStatus),
    ).length,
    activeServicesCount: servicesOf(state, cluster).filter((service) => service.status === 'ACTIVE').length,
    statistics: [],
    settings: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    ...cluster.settings,
    tags: include.includes('TAGS') ? [...cluster.tags] : [],
  };
}
