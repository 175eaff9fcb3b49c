import { documentOf, documentsOf, flagOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import type { Cluster } from './cluster.ts';
import type { Deployment } from './deployment.ts';
import type { Service } from './service.ts';
import type { TaskDefinition } from './task-definition.ts';

/** How a task was launched, from its service or from RunTask. */
export interface Launch {
  readonly launchType: string | undefined;
  readonly capacityProviderName: string | undefined;
  readonly platformVersion: string;
  readonly networkConfiguration: Document | undefined;
  readonly overrides: Document | undefined;
  readonly enableExecuteCommand: boolean;
}

/** A task to be started, for a service or for RunTask. */
export interface LaunchOrder {
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly owner: { readonly service: Service; readonly deployment: Deployment } | undefined;
  readonly launch: Launch;
  readonly tags: readonly Document[];
  readonly imageDigests: Readonly<Record<string, string>>;
}

/** The order for one more task of a service's deployment. */
export function launchOf(service: Service, deployment: Deployment): LaunchOrder {
  const { revision } = deployment;
  return {
    cluster: service.cluster,
    definition: revision.definition,
    group: `service:${service.name}`,
    startedBy: deployment.id,
    owner: { service, deployment },
    launch: {
      ...capacityOf(revision.settings),
      platformVersion: revision.platformVersion,
      networkConfiguration: documentOf(revision.settings, 'networkConfiguration'),
      overrides: undefined,
      enableExecuteCommand: flagOf(service.settings, 'enableExecuteCommand') ?? false,
    },
    tags: tagsFor(service, deployment),
    imageDigests: revision.imageDigests,
  };
}

/** Launch type or, with a capacity provider strategy, its first provider (our choice). */
export function capacityOf(settings: Document): {
  readonly launchType: string | undefined;
  readonly capacityProviderName: string | undefined;
} {
  const provider = textOf(documentsOf(settings, 'capacityProviderStrategy')[0], 'capacityProvider');
  if (provider !== undefined) return { launchType: undefined, capacityProviderName: provider };
  return { launchType: textOf(settings, 'launchType') ?? 'FARGATE', capacityProviderName: undefined };
}

function tagsFor(service: Service, deployment: Deployment): readonly Document[] {
  const propagated = textOf(service.settings, 'propagateTags');
  const managed =
    flagOf(service.settings, 'enableECSManagedTags') === true
      ? [
          { key: 'aws:ecs:clusterName', value: service.cluster.name },
          { key: 'aws:ecs:serviceName', value: service.name },
        ]
      : [];
  if (propagated === 'SERVICE') return [...managed, ...service.tags];
  return propagated === 'TASK_DEFINITION' ? [...managed, ...deployment.revision.definition.tags] : managed;
}
