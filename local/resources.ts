import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Fargate } from './fargate.ts';

/** What has to be there before a web service can be made. */
export interface Resources {
  readonly cluster: string;
  /** `127.0.0.1:PORT/web` */
  readonly repositoryUri: string;
  readonly logGroup: string;
  readonly targetGroupArn: string;
  /** Where the load balancer's listener answers. */
  readonly url: string;
}

/** Makes a cluster, a repository, a log group and a load balancer with a target group, through the API as a user would. */
export async function makeResources(
  { endpoint, account }: Pick<Fargate, 'endpoint' | 'account'>,
  wanted: {
    readonly cluster: string;
    /** The repository, the target group and the load balancer are called so; the log group `/ecs/NAME`. */
    readonly name: string;
    readonly containerPort: number;
    /** 0 for any free port. */
    readonly listenerPort?: number;
    readonly healthCheckPath?: string;
  },
): Promise<Resources> {
  const { cluster, name, containerPort, listenerPort = 0, healthCheckPath = '/' } = wanted;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const options = { endpoint, region: account.region, credentials };
  const ecs = new ECSClient(options);
  const ecr = new ECRClient(options);
  const logs = new CloudWatchLogsClient(options);
  const elb = new ElasticLoadBalancingV2Client(options);
  try {
    // As the console creates a cluster.
    const capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
    await ecs.send(new CreateClusterCommand({ clusterName: cluster, capacityProviders }));
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: name }));
    const logGroup = `/ecs/${name}`;
    await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({
        Name: name,
        TargetType: 'ip',
        Protocol: 'HTTP',
        Port: containerPort,
        VpcId: 'vpc-local',
        HealthCheckPath: healthCheckPath,
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
        HealthyThresholdCount: 2,
      }),
    );
    const targetGroupArn = present(TargetGroups?.[0]?.TargetGroupArn);
    // AWS's default of five minutes would be most of the time that a person waits here.
    const delay = { Key: 'deregistration_delay.timeout_seconds', Value: '5' };
    await elb.send(
      new ModifyTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn, Attributes: [delay] }),
    );
    const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: name }));
    const { Listeners } = await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
        Protocol: 'HTTP',
        Port: listenerPort,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
      }),
    );
    const url = `http://127.0.0.1:${present(Listeners?.[0]?.Port)}/`;
    return { cluster, repositoryUri: present(repository?.repositoryUri), logGroup, targetGroupArn, url };
  } finally {
    for (const client of [ecs, ecr, logs, elb]) client.destroy();
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The local Fargate left out what it has made.');
  return value;
}
