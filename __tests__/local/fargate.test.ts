import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeletePullThroughCacheRuleCommand,
  DeleteRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  GetLifecyclePolicyCommand,
  GetLifecyclePolicyPreviewCommand,
  ListImagesCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  StartImageScanCommand,
  StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import {
  ContinueServiceDeploymentCommand,
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  GetTaskProtectionCommand,
  ListClustersCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { type ManualClock, manualClock } from '../../local/base/clock.ts';
import { createAuthorization } from '../../local/ecr/authorization.ts';
import { createEcr } from '../../local/ecr/ecr.ts';
import { createEcs } from '../../local/ecs/ecs.ts';
import { createElb } from '../../local/elb/elb.ts';
import { type Fargate, startFargate } from '../../local/fargate.ts';
import { createLogs } from '../../local/logs/logs.ts';
import { simulatedRuntime } from '../../local/runtime/simulated/runtime.ts';
import { createSts } from '../../local/sts/sts.ts';
import { readLifecyclePolicy } from '../../src/image/registry/lifecycle-policy.ts';

describe('a local Fargate with simulated tasks', () => {
  const clock = manualClock();
  let fargate: Fargate;
  let clients: Clients;

  beforeAll(async () => {
    fargate = await startFargate({ runtime: 'simulated', clock, behave: () => ({ logLines: ['up'] }) });
    clients = clientsOf(fargate);
  });

  afterAll(async () => {
    for (const client of Object.values(clients)) client.destroy();
    await fargate.close();
  });

  it('tells clients by environment variables where it is', () => {
    expect(fargate.environment).toEqual({
      AWS_ENDPOINT_URL: fargate.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
  });

  it('runs a service behind a target group, with an image and a log, and all answers fit the SDK', async () => {
    const { ecs, ecr, elb, logs } = clients;
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
    expect(repository?.repositoryUri).toBe(`${fargate.registryHost}/web`);
    const digest = fargate.images.put('web', { tags: ['1'] });
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/web' }));
    const targetGroupArn = await makeTargetGroup(elb);
    await ecs.send(new CreateClusterCommand({ clusterName: 'local' }));
    await ecs.send(new RegisterTaskDefinitionCommand(taskDefinition(`${repository?.repositoryUri}:1`)));
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'local',
        serviceName: 'web',
        taskDefinition: 'web',
        desiredCount: 2,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080 }],
      }),
    );
    const describeService = async () =>
      (await ecs.send(new DescribeServicesCommand({ cluster: 'local', services: ['web'] }))).services?.[0];
    await passTime(clock, 300);
    expect(await describeService()).toMatchObject({
      runningCount: 2,
      deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
    });

    const health = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }));
    expect(health.TargetHealthDescriptions).toMatchObject([
      { Target: { Port: 8080 }, TargetHealth: { State: 'healthy' } },
      { Target: { Port: 8080 }, TargetHealth: { State: 'healthy' } },
    ]);

    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: 'local', serviceName: 'web' }));
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: 'local', tasks: taskArns }));
    expect(tasks.map(({ lastStatus, containers }) => [lastStatus, containers?.[0]?.imageDigest])).toEqual([
      ['RUNNING', digest],
      ['RUNNING', digest],
    ]);
    const taskId = taskArns[0]?.split('/').at(-1);
    const { events } = await logs.send(
      new GetLogEventsCommand({ logGroupName: '/ecs/web', logStreamName: `ecs/web/${taskId}` }),
    );
    expect(events?.map(({ message }) => message)).toEqual(['up']);

    const { serviceDeployments: listed = [] } = await ecs.send(
      new ListServiceDeploymentsCommand({ cluster: 'local', service: 'web' }),
    );
    const { serviceDeployments = [] } = await ecs.send(
      new DescribeServiceDeploymentsCommand({
        serviceDeploymentArns: listed.flatMap(({ serviceDeploymentArn }) => serviceDeploymentArn ?? []),
      }),
    );
    expect(serviceDeployments).toMatchObject([{ status: 'SUCCESSFUL' }]);
    const { serviceRevisions } = await ecs.send(
      new DescribeServiceRevisionsCommand({
        serviceRevisionArns: serviceDeployments.flatMap(
          ({ targetServiceRevision }) => targetServiceRevision?.arn ?? [],
        ),
      }),
    );
    expect(serviceRevisions).toMatchObject([{ containerImages: [{ imageDigest: digest }] }]);
    await ecs.send(new UpdateServiceCommand({ cluster: 'local', service: 'web', desiredCount: 1 }));
    await passTime(clock, 400);
    expect(await describeService()).toMatchObject({ runningCount: 1 });
  });

  it('runs a task on its own and stops it', async () => {
    const { ecs } = clients;
    const { tasks = [] } = await ecs.send(
      new RunTaskCommand({
        cluster: 'local',
        taskDefinition: 'web',
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      }),
    );
    const task = tasks[0]?.taskArn;
    await passTime(clock, 60);
    await ecs.send(new StopTaskCommand({ cluster: 'local', task }));
    await passTime(clock, 60);
    const stopped = await ecs.send(new DescribeTasksCommand({ cluster: 'local', tasks: [task ?? ''] }));
    expect(stopped.tasks).toMatchObject([{ lastStatus: 'STOPPED', stopCode: 'UserInitiated' }]);
  });

  it('gives an image another tag, and links to layers', async () => {
    const { ecr } = clients;
    const web = { repositoryName: 'web' };
    const { images = [] } = await ecr.send(
      new BatchGetImageCommand({ ...web, imageIds: [{ imageTag: '1' }] }),
    );
    await ecr.send(
      new PutImageCommand({ ...web, imageManifest: images[0]?.imageManifest, imageTag: 'again' }),
    );
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ ...web, imageIds: [{ imageTag: 'again' }] }),
    );
    expect(imageDetails).toMatchObject([{ imageDigest: images[0]?.imageId?.imageDigest }]);
    const layerDigest = `sha256:${'0'.repeat(64)}`;
    const link = await ecr.send(new GetDownloadUrlForLayerCommand({ ...web, layerDigest }));
    expect(link).toMatchObject({ layerDigest, downloadUrl: expect.stringMatching(/^http/) });
  });

  it('keeps rules of a pull-through cache and a lifecycle policy', async () => {
    const { ecr } = clients;
    const rule = { ecrRepositoryPrefix: 'hub', upstreamRegistryUrl: '127.0.0.1:1' };
    await ecr.send(new CreatePullThroughCacheRuleCommand(rule));
    const rules = async () =>
      (await ecr.send(new DescribePullThroughCacheRulesCommand({}))).pullThroughCacheRules;
    expect(await rules()).toMatchObject([rule]);
    await ecr.send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix: 'hub' }));
    expect(await rules()).toEqual([]);

    const web = { repositoryName: 'web' };
    const lifecyclePolicyText = await readLifecyclePolicy('standard', '.');
    await ecr.send(new PutLifecyclePolicyCommand({ ...web, lifecyclePolicyText }));
    expect(await ecr.send(new GetLifecyclePolicyCommand(web))).toMatchObject({ lifecyclePolicyText });
    await ecr.send(new StartLifecyclePolicyPreviewCommand(web));
    expect(await ecr.send(new GetLifecyclePolicyPreviewCommand(web))).toMatchObject({
      status: 'COMPLETE',
      previewResults: [],
    });
    await ecr.send(new DeleteLifecyclePolicyCommand(web));
  });

  it('scans an image when asked', async () => {
    const { ecr } = clients;
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({ repositoryName: 'web', filter: { tagStatus: 'UNTAGGED' } }),
    );
    const image = { repositoryName: 'web', imageId: { imageDigest: imageDetails[0]?.imageDigest } };
    const begun = await ecr.send(new StartImageScanCommand(image));
    expect(begun).toMatchObject({ imageScanStatus: { status: 'IN_PROGRESS' } });
    clock.advance(5);
    const scan = await ecr.send(new DescribeImageScanFindingsCommand(image));
    expect(scan).toMatchObject({
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindings: { findings: [] },
    });
  });

  // The reads that the story above does not need: each answers without breaking the schema.
  it.each<[string, (all: Clients) => Promise<unknown>]>([
    ['DescribeClusters', ({ ecs }) => ecs.send(new DescribeClustersCommand({ clusters: ['local'] }))],
    ['ListServices', ({ ecs }) => ecs.send(new ListServicesCommand({ cluster: 'local' }))],
    ['ListTaskDefinitions', ({ ecs }) => ecs.send(new ListTaskDefinitionsCommand({}))],
    [
      'DescribeTaskDefinition',
      ({ ecs }) => ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' })),
    ],
    ['DescribeRepositories', ({ ecr }) => ecr.send(new DescribeRepositoriesCommand({}))],
    ['DescribeImages', ({ ecr }) => ecr.send(new DescribeImagesCommand({ repositoryName: 'web' }))],
    ['ListImages', ({ ecr }) => ecr.send(new ListImagesCommand({ repositoryName: 'web' }))],
    [
      'BatchGetImage',
      ({ ecr }) =>
        ecr.send(
          new BatchGetImageCommand({
            repositoryName: 'web',
            imageIds: [{ imageTag: '1' }, { imageTag: '2' }],
          }),
        ),
    ],
    ['GetAuthorizationToken', ({ ecr }) => ecr.send(new GetAuthorizationTokenCommand({}))],
    ['DescribeLogGroups', ({ logs }) => logs.send(new DescribeLogGroupsCommand({}))],
    [
      'DescribeLogStreams',
      ({ logs }) => logs.send(new DescribeLogStreamsCommand({ logGroupName: '/ecs/web' })),
    ],
    ['FilterLogEvents', ({ logs }) => logs.send(new FilterLogEventsCommand({ logGroupName: '/ecs/web' }))],
    ['DescribeTargetGroups', ({ elb }) => elb.send(new DescribeTargetGroupsCommand({ Names: ['web'] }))],
    ['DescribeLoadBalancers', ({ elb }) => elb.send(new DescribeLoadBalancersCommand({ Names: ['web'] }))],
  ])('answers %s as its schema says', async (_operation, send) => {
    await expect(send(clients)).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
  });

  it('has target groups and listeners that can be looked at and changed', async () => {
    const { elb } = clients;
    const { TargetGroups: [group] = [] } = await elb.send(
      new DescribeTargetGroupsCommand({ Names: ['web'] }),
    );
    const TargetGroupArn = group?.TargetGroupArn;
    expect(group).toMatchObject({ Matcher: { HttpCode: '200-299' }, HealthCheckIntervalSeconds: 5 });
    const changed = await elb.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/ok' }));
    expect(changed.TargetGroups).toMatchObject([{ HealthCheckPath: '/ok', HealthyThresholdCount: 2 }]);
    const read = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
    expect(read.Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '15' });
    const unknown = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn, Targets: [{ Id: '192.0.2.1' }] }),
    );
    expect(unknown.TargetHealthDescriptions).toMatchObject([
      { TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } },
    ]);
    const LoadBalancerArn = group?.LoadBalancerArns?.[0];
    const { Listeners: [listener] = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    const response = await fetch(`http://127.0.0.1:${listener?.Port}/`);
    expect(response.status).toBe(503);
  });

  it('names the errors of the Query protocol as the SDK knows them', async () => {
    const missing = new DescribeTargetHealthCommand({ TargetGroupArn: 'arn:none' });
    await expect(clients.elb.send(missing)).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
    const incomplete = new DescribeTargetHealthCommand({ TargetGroupArn: undefined });
    await expect(clients.elb.send(incomplete)).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        "1 validation error detected: Value null at 'targetGroupArn' failed to satisfy constraint: Member must not be null",
    });
  });

  it('tags, stops, and takes everything apart again', async () => {
    const { ecs, ecr, elb, logs } = clients;
    const cluster = 'local';
    const arn = 'arn:aws:ecs:eu-west-1:123456789012';
    const resourceArn = `${arn}:service/local/web`;
    await ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'a', value: '1' }] }));
    const { tags } = await ecs.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual([{ key: 'a', value: '1' }]);
    await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
    expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toEqual([`${arn}:cluster/local`]);
    expect((await ecs.send(new ListTaskDefinitionFamiliesCommand({}))).families).toEqual(['web']);

    const { taskArns: tasks } = await ecs.send(new ListTasksCommand({ cluster, serviceName: 'web' }));
    const isProtected = [expect.objectContaining({ protectionEnabled: true })];
    const protect = new UpdateTaskProtectionCommand({
      cluster,
      tasks: tasks?.slice(0, 1),
      protectionEnabled: true,
    });
    expect((await ecs.send(protect)).protectedTasks).toEqual(isProtected);
    const getProtection = new GetTaskProtectionCommand({ cluster, tasks: tasks?.slice(0, 1) });
    expect((await ecs.send(getProtection)).protectedTasks).toEqual(isProtected);
    const unprotect = new UpdateTaskProtectionCommand({ cluster, tasks, protectionEnabled: false });
    await ecs.send(unprotect);

    await ecs.send(new UpdateServiceCommand({ cluster, service: 'web', forceNewDeployment: true }));
    await passTime(clock, 5);
    const { serviceDeployments } = await ecs.send(
      new ListServiceDeploymentsCommand({ cluster, service: 'web' }),
    );
    const serviceDeploymentArn = serviceDeployments?.[0]?.serviceDeploymentArn;
    await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
    await ecs.send(new DeleteServiceCommand({ cluster, service: 'web', force: true }));
    await passTime(clock, 600);
    const inactive = await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    expect(inactive.taskDefinition?.status).toBe('INACTIVE');
    const gone = await ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: ['web:1'] }));
    expect(gone.taskDefinitions?.[0]?.status).toBe('DELETE_IN_PROGRESS');
    await ecs.send(new DeleteClusterCommand({ cluster }));

    const repositoryName = 'web';
    const imageTagMutability = 'IMMUTABLE' as const;
    await ecr.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability }));
    await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: '1' }] }));
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
    await logs.send(new DeleteLogGroupCommand({ logGroupName: '/ecs/web' }));

    const { TargetGroups: [group] = [] } = await elb.send(
      new DescribeTargetGroupsCommand({ Names: ['web'] }),
    );
    const LoadBalancerArn = group?.LoadBalancerArns?.[0];
    const TargetGroupArn = group?.TargetGroupArn;
    const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    await expect(elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }))).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });
    await elb.send(new DeleteListenerCommand({ ListenerArn: Listeners?.[0]?.ListenerArn }));
    await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    expect((await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers).toEqual([]);
  });

  it('refuses to continue a deployment that does not pause', async () => {
    const input = { serviceDeploymentArn: 'arn:none', hookId: 'hook', action: 'CONTINUE' as const };
    await expect(clients.ecs.send(new ContinueServiceDeploymentCommand(input))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('gives sessions that end', async () => {
    const role = { RoleArn: 'arn:aws:iam::123456789012:role/deploy', RoleSessionName: 'ci' };
    const { Credentials } = await clients.sts.send(new AssumeRoleCommand({ ...role, DurationSeconds: 900 }));
    const session = new STSClient({
      endpoint: fargate.endpoint,
      region: 'eu-west-1',
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    const who = () => session.send(new GetCallerIdentityCommand());
    expect(await who()).toMatchObject({ Arn: 'arn:aws:sts::123456789012:assumed-role/deploy/ci' });
    clock.advance(900);
    await expect(who()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    session.destroy();
    const web = { ...role, WebIdentityToken: 'a.b.c' };
    const issued = await clients.sts.send(new AssumeRoleWithWebIdentityCommand(web));
    expect(issued.Credentials?.Expiration).toEqual(new Date(clock.now() + 3_600_000));
  });

  // The last test: every operation there is has been sent through the SDK by one of those above.
  it('has been asked for everything it can do', () => {
    const elb = createElb(fargate);
    const ecr = createEcr({ ...fargate, authorization: createAuthorization(clock), registryHost: () => '' });
    const runtime = simulatedRuntime({ clock, logs: fargate.logs, behave: () => ({}) });
    const ecs = createEcs({ ...fargate, runtime, targetGroups: elb.targetGroups });
    const parts = [ecs, ecr, createLogs(fargate), elb, createSts(fargate)];
    const offered = parts.flatMap(({ operations }) => Object.keys(operations));
    const asked = new Set(fargate.calls.all().map(({ operation }) => operation));
    expect(offered.filter((operation) => !asked.has(operation))).toEqual([]);
    expect(offered.length).toBeGreaterThan(50);
  });
});

interface Clients {
  readonly ecs: ECSClient;
  readonly ecr: ECRClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly logs: CloudWatchLogsClient;
  readonly sts: STSClient;
}

function clientsOf({ endpoint }: Fargate): Clients {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const options = { endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 };
  return {
    ecs: new ECSClient(options),
    ecr: new ECRClient(options),
    elb: new ElasticLoadBalancingV2Client(options),
    logs: new CloudWatchLogsClient(options),
    sts: new STSClient(options),
  };
}

/** Moves the clock from timer to timer, so that answers to health checks arrive in between. */
async function passTime(clock: ManualClock, seconds: number): Promise<void> {
  const until = clock.now() + seconds * 1000;
  for (let next = clock.nextTimer(); next !== undefined && next <= until; next = clock.nextTimer()) {
    clock.advance((next - clock.now()) / 1000);
    await new Promise(setImmediate);
  }
  clock.advance(Math.max(0, until - clock.now()) / 1000);
}

/** A target group with a listener of a load balancer before it. */
async function makeTargetGroup(elb: ElasticLoadBalancingV2Client): Promise<string> {
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: 'web',
      TargetType: 'ip',
      Port: 8080,
      Protocol: 'HTTP',
      VpcId: 'vpc-1',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      Matcher: { HttpCode: '200-299' },
    }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '15' }],
    }),
  );
  const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: 'web' }));
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Port: 0,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );
  await tryRules(elb, Listeners?.[0]?.ListenerArn, TargetGroupArn);
  return TargetGroupArn;
}

/** A rule that comes and goes. */
async function tryRules(
  elb: ElasticLoadBalancingV2Client,
  ListenerArn: string | undefined,
  TargetGroupArn: string,
): Promise<void> {
  const Conditions = [{ Field: 'path-pattern', Values: ['/x'] }];
  const Actions = [{ Type: 'forward' as const, TargetGroupArn }];
  const { Rules } = await elb.send(new CreateRuleCommand({ ListenerArn, Priority: 1, Conditions, Actions }));
  const RuleArn = Rules?.[0]?.RuleArn;
  await elb.send(new ModifyRuleCommand({ RuleArn, Actions }));
  await elb.send(new DeleteRuleCommand({ RuleArn }));
  const { Rules: left } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
  expect(left?.map(({ IsDefault }) => IsDefault)).toEqual([true]);
}

function taskDefinition(image: string) {
  return {
    family: 'web',
    cpu: '256',
    memory: '512',
    networkMode: 'awsvpc' as const,
    requiresCompatibilities: ['FARGATE' as const],
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
    containerDefinitions: [
      {
        name: 'web',
        image,
        essential: true,
        portMappings: [{ containerPort: 8080 }],
        logConfiguration: {
          logDriver: 'awslogs' as const,
          options: {
            'awslogs-group': '/ecs/web',
            'awslogs-region': 'eu-west-1',
            'awslogs-stream-prefix': 'ecs',
          },
        },
      },
    ],
  };
}
