import type { CreateServiceCommandInput } from '@aws-sdk/client-ecs';
import {
  CreateTargetGroupCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Fargate } from '../local/fargate.ts';
import type { Document } from '../local/server/operation.ts';

/** The task definition `web` of the tests and the bench: one container that listens on 8080. */
export function webTaskDefinition(
  { account, registryHost }: Fargate,
  /** An image of the repository `web`. */
  tagOrDigest: string,
  {
    container,
    others = [],
    hasHealthCheck = false,
  }: {
    /** Additional members of the container. */
    readonly container?: Document;
    readonly others?: readonly Document[];
    readonly hasHealthCheck?: boolean;
  },
): Document {
  const separator = tagOrDigest.startsWith('sha256:') ? '@' : ':';
  return {
    family: 'web',
    cpu: '256',
    memory: '512',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    executionRoleArn: `arn:aws:iam::${account.accountId}:role/execution`,
    containerDefinitions: [
      {
        name: 'app',
        image: `${registryHost}/web${separator}${tagOrDigest}`,
        essential: true,
        portMappings: [{ containerPort: 8080 }],
        ...(hasHealthCheck
          ? { healthCheck: { command: ['CMD-SHELL', 'true'], interval: 5, retries: 2, timeout: 2 } }
          : {}),
        ...container,
      },
      ...others,
    ],
  };
}

/** The log configuration for the log group `/ecs/web`. */
export function webLogs({ account: { region } }: Fargate): Document {
  return {
    logConfiguration: {
      logDriver: 'awslogs',
      options: { 'awslogs-group': '/ecs/web', 'awslogs-region': region, 'awslogs-stream-prefix': 'web' },
    },
  };
}

/** The service that runs it. */
export function webService(
  cluster: string,
  desiredCount: number,
  {
    targetGroupArn,
    ...changes
  }: Partial<CreateServiceCommandInput> & { readonly targetGroupArn?: string | undefined },
): CreateServiceCommandInput {
  return {
    cluster,
    serviceName: 'web',
    taskDefinition: 'web:1',
    desiredCount,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    ...(targetGroupArn === undefined
      ? {}
      : { loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }] }),
    ...changes,
  };
}

/** @returns its ARN */
export async function createWebTargetGroup(
  elb: ElasticLoadBalancingV2Client,
  intervalSeconds: number,
  name = 'web',
): Promise<string | undefined> {
  const reply = await elb.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: intervalSeconds,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    }),
  );
  return reply.TargetGroups?.[0]?.TargetGroupArn;
}
