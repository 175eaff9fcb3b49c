import type { CreateServiceCommandInput, LoadBalancer } from '@aws-sdk/client-ecs';
import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  type ElasticLoadBalancingV2Client,
  type RuleCondition,
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

/** A load balancer between whose two target groups ECS shifts traffic. */
export interface ShiftingBalancer {
  /** As CreateService takes it. */
  readonly loadBalancer: LoadBalancer;
  /** Where its listener answers; requests with the header `x-test: 1` meet the test rule. */
  readonly url: string;
}

/** Two target groups behind one listener, with a production and a test rule. */
export async function createShiftingBalancer(
  elb: ElasticLoadBalancingV2Client,
  intervalSeconds: number,
): Promise<ShiftingBalancer> {
  const blue = await createWebTargetGroup(elb, intervalSeconds);
  const green = await createWebTargetGroup(elb, intervalSeconds, 'web-2');
  const balancer = await elb.send(new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-1'] }));
  const LoadBalancerArn = balancer.LoadBalancers?.[0]?.LoadBalancerArn;
  const forward: Action = {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: blue, Weight: 1 },
        { TargetGroupArn: green, Weight: 0 },
      ],
    },
  };
  const listening = await elb.send(
    new CreateListenerCommand({ LoadBalancerArn, Protocol: 'HTTP', Port: 0, DefaultActions: [forward] }),
  );
  const { ListenerArn, Port } = listening.Listeners?.[0] ?? {};
  const rule = async (Priority: number, condition: RuleCondition): Promise<string | undefined> => {
    const made = await elb.send(
      new CreateRuleCommand({ ListenerArn, Priority, Conditions: [condition], Actions: [forward] }),
    );
    return made.Rules?.[0]?.RuleArn;
  };
  const testListenerRule = await rule(1, {
    Field: 'http-header',
    HttpHeaderConfig: { HttpHeaderName: 'x-test', Values: ['1'] },
  });
  const productionListenerRule = await rule(2, { Field: 'path-pattern', Values: ['*'] });
  return {
    loadBalancer: {
      targetGroupArn: blue,
      containerName: 'app',
      containerPort: 8080,
      advancedConfiguration: {
        alternateTargetGroupArn: green,
        productionListenerRule,
        testListenerRule,
        roleArn: 'arn:aws:iam::123456789012:role/infrastructure',
      },
    },
    url: `http://127.0.0.1:${Port}`,
  };
}
