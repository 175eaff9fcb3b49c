import { setTimeout } from 'node:timers/promises';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  type DeploymentConfiguration,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Fargate } from '../../local/fargate.ts';
import { createShiftingBalancer, type ShiftingBalancer } from '../shifting-balancer.ts';

/** The account that the demo deploys to, as a team's infrastructure code would set it up. */
export interface Stage {
  readonly cluster: string;
  readonly service: string;
  readonly repository: string;
  /** Where the load balancer listens. */
  readonly url: string;
  /** Where it listens for test traffic; undefined without a strategy that has some. */
  readonly testUrl: string | undefined;
  /** What the service runs now. */
  describe(): Promise<{
    readonly taskDefinition: string;
    readonly image: string;
    readonly runningCount: number;
  }>;
}

/**
 * Creates the cluster, repository, log group, load balancer, and a service without tasks for the first deployment.
 * The service has no circuit breaker, so the demo shows what the action does by itself.
 *
 * @param strategy of a service between whose versions traffic shifts; without one ECS replaces its tasks
 */
export async function setUpStage(fargate: Fargate, strategy?: DeploymentConfiguration): Promise<Stage> {
  const client = {
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const ecs = new ECSClient(client);
  const [cluster, service, repository] = ['demo', 'web', 'web'];

  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await new ECRClient(client).send(new CreateRepositoryCommand({ repositoryName: repository }));
  await new CloudWatchLogsClient(client).send(new CreateLogGroupCommand({ logGroupName: '/ecs/web' }));
  const elb = new ElasticLoadBalancingV2Client(client);
  const { loadBalancer, url, testUrl } =
    strategy === undefined
      ? await setUpLoadBalancer(elb)
      : await createShiftingBalancer(elb, {
          blue: await setUpTargetGroup(elb, 'web'),
          green: await setUpTargetGroup(elb, 'web-2'),
        });
  const registered = await ecs.send(
    new RegisterTaskDefinitionCommand({
      // Another family than the app's, so that version 1 is web:1.
      family: 'placeholder',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
      containerDefinitions: [
        {
          name: 'web',
          image: `${fargate.registryHost}/${repository}:none-yet`,
          portMappings: [{ containerPort: 8080 }],
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: service,
      taskDefinition: registered.taskDefinition?.taskDefinitionArn,
      desiredCount: 0,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
      loadBalancers: [{ ...loadBalancer, containerName: 'web', containerPort: 8080 }],
      deploymentConfiguration: strategy,
    }),
  );
  // Without tasks its first deployment completes at once; the first step must not find it in flight.
  while (!(await isCompleted(ecs, cluster, service))) await setTimeout(100);
  return { cluster, service, repository, url, testUrl, describe: () => describe(ecs, cluster, service) };
}

/** Where requests come in, and what CreateService needs to know. */
type Balancer = Pick<ShiftingBalancer, 'loadBalancer' | 'url'> & Partial<ShiftingBalancer>;

async function setUpLoadBalancer(elb: ElasticLoadBalancingV2Client): Promise<Balancer> {
  const targetGroupArn = await setUpTargetGroup(elb, 'web');
  const balancers = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  const listeners = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancers.LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      // Ours: any free port of this machine.
      Port: 0,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  return {
    loadBalancer: { targetGroupArn },
    url: `http://127.0.0.1:${listeners.Listeners?.[0]?.Port}`,
  };
}

async function setUpTargetGroup(elb: ElasticLoadBalancingV2Client, Name: string): Promise<string> {
  const groups = await elb.send(
    new CreateTargetGroupCommand({
      Name,
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 4,
      HealthyThresholdCount: 2,
    }),
  );
  const targetGroupArn = groups.TargetGroups?.[0]?.TargetGroupArn ?? '';
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '15' }];
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn, Attributes }));
  return targetGroupArn;
}

async function isCompleted(ecs: ECSClient, cluster: string, name: string): Promise<boolean> {
  const described = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
  return (
    described.services?.[0]?.deployments?.every(({ rolloutState }) => rolloutState === 'COMPLETED') ?? false
  );
}

async function describe(ecs: ECSClient, cluster: string, name: string) {
  const described = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
  const service = described.services?.[0];
  const taskDefinition = service?.taskDefinition ?? '';
  const revision = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return {
    taskDefinition: taskDefinition.slice(taskDefinition.lastIndexOf('/') + 1),
    image: revision.taskDefinition?.containerDefinitions?.[0]?.image ?? '',
    runningCount: service?.runningCount ?? 0,
  };
}
