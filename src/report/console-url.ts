import type { LogStream } from '../deployment/diagnose/container-log.ts';
import type { ServiceOutcome } from '../deployment/outcome.ts';
import { ownerOfRegistry } from '../image/registry/ecr.ts';
import { parseReference } from '../reference/image-reference.ts';

/** The page of the service's deployments in the AWS console; undefined for an ARN of another shape. */
export function consoleUrl({ serviceArn }: Pick<ServiceOutcome, 'serviceArn'>): string | undefined {
  const [, partition, , region, , resource = ''] = serviceArn.split(':');
  const [, cluster, service] = resource.split('/');
  const host = consoleHosts[partition ?? ''];
  // An ARN from AWS has nothing to encode; what does not look like one becomes no link.
  if (host === undefined || ![region, cluster, service].every((part) => /^[\w-]+$/.test(part ?? '')))
    return undefined;
  return `https://${region}.${host}/ecs/v2/clusters/${cluster}/services/${service}/deployments?region=${region}`;
}

/** The page of a revision; undefined for an ARN of another shape. */
export function taskDefinitionUrl(arn: string): string | undefined {
  const [, partition, , region, , resource, revision] = arn.split(':');
  const [kind, family] = resource?.split('/') ?? [];
  const host = consoleHosts[partition ?? ''];
  if (kind !== 'task-definition' || host === undefined) return undefined;
  if (![region, family, revision].every((part) => /^[\w-]+$/.test(part ?? ''))) return undefined;
  return `https://${region}.${host}/ecs/v2/task-definitions/${family}/${revision}?region=${region}`;
}

/** The page of an image in ECR, by its digest; undefined for any other. Addresses as the console shows them. */
export function imageUrl(image: string): string | undefined {
  const { registry = '', repository = '', digest } = parseReference(image) ?? {};
  const owner = ownerOfRegistry(registry);
  if (owner.kind !== 'ecr' || digest === undefined) return undefined;
  const { account, region } = owner;
  const host = consoleHosts[partitionOf(region)];
  if (host === undefined) return undefined;
  return `https://${region}.${host}/ecr/repositories/private/${account}/${repository}/_/image/${digest}/details?region=${region}`;
}

/** The page of a log stream, whose group and name stand in it encoded twice, with `$` for `%`. */
export function logUrl({ region, group, stream }: LogStream): string | undefined {
  const host = consoleHosts[partitionOf(region)];
  if (host === undefined || !/^[\w-]+$/.test(region)) return undefined;
  const [own, name] = [group, stream].map((part) =>
    encodeURIComponent(encodeURIComponent(part.toWellFormed())).replaceAll('%', '$'),
  );
  return `https://${region}.${host}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${own}/log-events/${name}`;
}

/** Isolated partitions have names of their own, and no console that others could reach. */
function partitionOf(region: string): string {
  const [area = ''] = /^(cn|us-gov|us-iso[a-z]?|eu-isoe|eusc)-/.exec(region) ?? ['aws'];
  return area === 'aws' ? area : `aws-${area.slice(0, -1)}`;
}

const consoleHosts: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};
