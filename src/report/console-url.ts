import type { ServiceOutcome } from '../rollout/outcome.ts';

/** The page of the service's deployments in the AWS console; undefined for an ARN of another shape. */
export function consoleUrl({ serviceArn }: Pick<ServiceOutcome, 'serviceArn'>): string | undefined {
  const [, partition, , region, , resource = ''] = serviceArn.split(':');
  const [, cluster, service] = resource.split('/');
  const host = consoleHosts[partition ?? ''];
  if (host === undefined || !region || cluster === undefined || service === undefined) return undefined;
  const path = [cluster, 'services', service, 'deployments'].map(encodeURIComponent).join('/');
  return `https://${region}.${host}/ecs/v2/clusters/${path}?region=${encodeURIComponent(region)}`;
}

const consoleHosts: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};
