import type { LogStream } from '../deployment/diagnose/container-log.ts';
import type { ServiceOutcome } from '../deployment/outcome.ts';
import { ecrRegistryOf } from '../image/registry/registry-host.ts';
import { parseReference } from '../reference/image-reference.ts';
import type { Origin } from '../task-definition/provenance.ts';

/** The console's page of the service's deployments; undefined for an ARN of another shape. */
export function consoleUrl({ serviceArn }: Pick<ServiceOutcome, 'serviceArn'>): string | undefined {
  const [, partition, , region, , resource = ''] = serviceArn.split(':');
  const [, cluster, service] = resource.split('/');
  const host = consoleHosts[partition ?? ''];
  // An ARN from AWS needs no encoding; anything else gets no link.
  if (host === undefined || ![region, cluster, service].every((part) => /^[\w-]+$/.test(part ?? '')))
    return undefined;
  return `https://${region}.${host}/ecs/v2/clusters/${cluster}/services/${service}/deployments?region=${region}`;
}

/** The console's page of a task definition revision; undefined for an ARN of another shape. */
export function taskDefinitionUrl(arn: string): string | undefined {
  const [, partition, , region, , resource, revision] = arn.split(':');
  const [kind, family] = resource?.split('/') ?? [];
  const host = consoleHosts[partition ?? ''];
  if (kind !== 'task-definition' || host === undefined) return undefined;
  if (![region, family, revision].every((part) => /^[\w-]+$/.test(part ?? ''))) return undefined;
  return `https://${region}.${host}/ecs/v2/task-definitions/${family}/${revision}?region=${region}`;
}

/** The console's page of an image in ECR, by its digest; undefined for any other image. */
export function imageUrl(image: string): string | undefined {
  const { registry = '', repository = '', digest } = parseReference(image) ?? {};
  const owner = ecrRegistryOf(registry);
  if (owner === undefined || digest === undefined) return undefined;
  const { account, region } = owner;
  const host = consoleHosts[partitionOf(region)];
  if (host === undefined) return undefined;
  return `https://${region}.${host}/ecr/repositories/private/${account}/${repository}/_/image/${digest}/details?region=${region}`;
}

/** The console's page of a log stream. The URL has group and stream encoded twice, with `$` for `%`. */
export function logUrl({ region, group, stream }: LogStream): string | undefined {
  const host = consoleHosts[partitionOf(region)];
  if (host === undefined || !/^[\w-]+$/.test(region)) return undefined;
  const [own, name] = [group, stream].map((part) =>
    encodeURIComponent(encodeURIComponent(part.toWellFormed())).replaceAll('%', '$'),
  );
  return `https://${region}.${host}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${own}/log-events/${name}`;
}

/** Isolated partitions have their own names, and no console that is reachable from outside. */
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

/**
 * The page of a workflow run on this GitHub; undefined for any other URL. Anybody with the permission can write the tags
 * that name runs, and could make a link to another site.
 */
export function runUrl({ run }: Pick<Origin, 'run'>, server: string | undefined): string | undefined {
  return repositoryOf(run, server) === undefined ? undefined : run;
}

/** The page of a commit in the repository whose run registered the revision. */
export function commitUrl(
  { commit, run }: Pick<Origin, 'commit' | 'run'>,
  server: string | undefined,
): string | undefined {
  const repository = repositoryOf(run, server);
  return repository === undefined || commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)
    ? undefined
    : `${repository}/commit/${commit}`;
}

/** The URL of the run's repository, if the run is on this GitHub. */
function repositoryOf(run: string | undefined, server: string | undefined): string | undefined {
  if (run === undefined || !server || !run.startsWith(`${server}/`)) return undefined;
  const path = /^([\w.-]+\/[\w.-]+)\/actions\/runs\/\d+$/.exec(run.slice(server.length + 1))?.[1];
  const isPath = path?.split('/').some((part) => part === '.' || part === '..') === false;
  return isPath ? `${server}/${path}` : undefined;
}
