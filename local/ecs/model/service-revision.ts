import { documentOf, documentsOf, pick, textOf } from '../../server/members.ts';
import type { Document, Json } from '../../server/operation.ts';
import type { TaskDefinition } from './task-definition.ts';

/** What a deployment runs: the task definition and the settings of the service that belong to a deployment. */
export interface ServiceRevision {
  /** Ends in the number of its deployment. */
  readonly arn: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly definition: TaskDefinition;
  /** `loadBalancers`, `networkConfiguration` and whatever else starts a deployment. */
  readonly settings: Document;
  readonly platformVersion: string;
  readonly createdAt: number;
  /** The target group that its tasks use, by the one that the service names: the two of blue/green swap. */
  readonly liveGroups: ReadonlyMap<string, string>;
  /** Digests by container, known once the first task has pulled its images. */
  imageDigests: Readonly<Record<string, string>>;
}

/** The members of a service that are fixed by a deployment; a rollback brings them back with the revision. */
export const revisionSettings = [
  'launchType',
  'capacityProviderStrategy',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'networkConfiguration',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'gatewayConnectors',
  'monitoring',
] as const;

/** The platform that LATEST stands for. */
export function platformVersionOf(settings: Document): string {
  const asked = textOf(settings, 'platformVersion');
  return asked === undefined || asked === 'LATEST' ? '1.4.0' : asked;
}

/** Whether every image is named by digest, or asks for no resolving (documented: versionConsistency). */
export function isResolvedFromTheStart(definition: TaskDefinition): boolean {
  return documentsOf(definition.document, 'containerDefinitions').every(
    (container) =>
      digestIn(textOf(container, 'image') ?? '') !== undefined ||
      textOf(container, 'versionConsistency') === 'disabled',
  );
}

export function digestIn(image: string): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
}

/** Says which group this revision uses, of load balancers with two target groups. */
function resolved({ settings, liveGroups }: ServiceRevision): Document | undefined {
  const loadBalancers = documentsOf(settings, 'loadBalancers').flatMap((balancer): Json[] => {
    const advanced = documentOf(balancer, 'advancedConfiguration');
    const configured = textOf(balancer, 'targetGroupArn') ?? '';
    if (advanced === undefined) return [];
    return [
      {
        targetGroupArn: liveGroups.get(configured) ?? configured,
        productionListenerRule: advanced['productionListenerRule'],
      },
    ];
  });
  return loadBalancers.length === 0 ? undefined : { loadBalancers };
}

export function describeServiceRevision(revision: ServiceRevision): Document {
  const containers = documentsOf(revision.definition.document, 'containerDefinitions');
  return {
    serviceRevisionArn: revision.arn,
    serviceArn: revision.serviceArn,
    clusterArn: revision.clusterArn,
    taskDefinition: revision.definition.arn,
    ...pick(revision.settings, revisionSettings),
    platformVersion: revision.platformVersion,
    platformFamily: 'Linux',
    containerImages: containers.map((container): Json => {
      const name = textOf(container, 'name') ?? '';
      const image = textOf(container, 'image') ?? '';
      const imageDigest = revision.imageDigests[name] ?? digestIn(image);
      return { containerName: name, image, ...(imageDigest !== undefined && { imageDigest }) };
    }),
    resolvedConfiguration: resolved(revision),
    guardDutyEnabled: false,
    createdAt: revision.createdAt / 1000,
  };
}
