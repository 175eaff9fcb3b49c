import type { ServiceOutcome } from '../rollout/outcome.ts';

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

const consoleHosts: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};
