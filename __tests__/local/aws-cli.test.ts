import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CreateListenerCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { runningClock } from '../../local/base/clock.ts';
import { type Fargate, startFargate } from '../../local/fargate.ts';

// A client that nobody here wrote: the AWS CLI with its own idea (botocore's) of requests and replies.
const command = process.env['FARGATE_LOCAL_AWS_CLI'] ?? 'aws';
const isThere = spawnSync(command, ['--version']).status === 0;
const skipped = isThere
  ? ''
  : ` (skipped: ${command} cannot be run; pip install awscli, or set FARGATE_LOCAL_AWS_CLI)`;
// Every command starts a Python program.
const longest = 120_000;

describe(`the AWS CLI against the local Fargate${skipped}`, () => {
  const run = isThere ? it : it.skip;
  let fargate: Fargate;
  let image = '';
  let targetGroup = '';

  beforeAll(async () => {
    // So fast that the tasks are there before the waiter looks for the first time: its pause is 15 s.
    fargate = await startFargate({
      runtime: 'simulated',
      clock: runningClock(3000),
      behave: () => ({ logLines: ['listening'] }),
    });
  });
  afterAll(async () => {
    await fargate.close();
  });

  async function aws(...args: string[]): Promise<string> {
    const { PATH = '' } = process.env;
    const env = {
      ...fargate.environment,
      PATH,
      AWS_PAGER: '',
      AWS_CONFIG_FILE: '/dev/null',
      HOME: '/nonexistent',
    };
    const { stdout } = await promisify(execFile)(command, [...args, '--output', 'json'], { env });
    return stdout;
  }

  /** A listener on a free port, which the CLI can't ask for: its client refuses port 0. */
  async function freeListener(LoadBalancerArn: string, [blue, green]: [string, string]): Promise<string> {
    const client = new ElasticLoadBalancingV2Client({
      endpoint: fargate.endpoint,
      region: fargate.account.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const TargetGroups = [
      { TargetGroupArn: blue, Weight: 100 },
      { TargetGroupArn: green, Weight: 0 },
    ];
    const DefaultActions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
    const input = { LoadBalancerArn, Protocol: 'HTTP' as const, Port: 0, DefaultActions };
    const { Listeners } = await client.send(new CreateListenerCommand(input));
    return Listeners?.[0]?.ListenerArn ?? '';
  }

  /** What a JMESPath query of the answer gives, as text. */
  async function query(path: string, ...args: string[]): Promise<unknown> {
    const answer: unknown = JSON.parse(await aws(...args, '--query', path));
    return answer;
  }

  run(
    'knows who it is',
    async () => {
      expect(await query('[Account,Arn]', 'sts', 'get-caller-identity')).toEqual([
        '123456789012',
        'arn:aws:iam::123456789012:user/local',
      ]);
    },
    longest,
  );

  run(
    'makes what a service needs',
    async () => {
      const uri = await query(
        'repository.repositoryUri',
        'ecr',
        'create-repository',
        '--repository-name',
        'web',
      );
      expect(uri).toBe(`${fargate.registryHost}/web`);
      image = `${String(uri)}:1`;
      fargate.images.put('web', { tags: ['1'] });
      await aws('logs', 'create-log-group', '--log-group-name', '/ecs/web');
      const group = [
        '--name',
        'web',
        '--target-type',
        'ip',
        '--protocol',
        'HTTP',
        '--port',
        '80',
        '--vpc-id',
        'vpc-1',
      ];
      const made = await query('TargetGroups[0].TargetGroupArn', 'elbv2', 'create-target-group', ...group);
      targetGroup = String(made);
      const status = await query('cluster.status', 'ecs', 'create-cluster', '--cluster-name', 'local');
      expect(status).toBe('ACTIVE');
    },
    longest,
  );

  run(
    'registers a task definition and makes a service, and its waiter ends',
    async () => {
      const container = {
        name: 'web',
        image,
        portMappings: [{ containerPort: 80 }],
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': '/ecs/web',
            'awslogs-region': 'eu-west-1',
            'awslogs-stream-prefix': 'ecs',
          },
        },
      };
      const definition = [
        '--family',
        'web',
        '--network-mode',
        'awsvpc',
        '--requires-compatibilities',
        'FARGATE',
      ];
      const sizes = [
        '--cpu',
        '256',
        '--memory',
        '512',
        '--execution-role-arn',
        'arn:aws:iam::123456789012:role/e',
      ];
      const containers = ['--container-definitions', JSON.stringify([container])];
      const register = ['ecs', 'register-task-definition', ...definition, ...sizes, ...containers];
      expect(await query('taskDefinition.revision', ...register)).toBe(1);
      const network = 'awsvpcConfiguration={subnets=[subnet-1],assignPublicIp=ENABLED}';
      const balancer = `targetGroupArn=${targetGroup},containerName=web,containerPort=80`;
      const service = ['--cluster', 'local', '--service-name', 'web', '--task-definition', 'web'];
      const settings = [
        '--desired-count',
        '2',
        '--launch-type',
        'FARGATE',
        '--network-configuration',
        network,
      ];
      await aws('ecs', 'create-service', ...service, ...settings, '--load-balancers', balancer);
      await aws('ecs', 'wait', 'services-stable', '--cluster', 'local', '--services', 'web');
      const update = [
        '--cluster',
        'local',
        '--service',
        'web',
        '--force-new-deployment',
        '--desired-count',
        '1',
      ];
      expect(await query('service.desiredCount', 'ecs', 'update-service', ...update)).toBe(1);
      await aws('ecs', 'wait', 'services-stable', '--cluster', 'local', '--services', 'web');
      const shown = '[runningCount,deployments[0].rolloutState]';
      const describeService = ['ecs', 'describe-services', '--cluster', 'local', '--services', 'web'];
      expect(await query(`services[0].${shown}`, ...describeService)).toEqual([1, 'COMPLETED']);
    },
    longest,
  );

  run(
    'reads everything else',
    async () => {
      const inCluster = ['--cluster', 'local'];
      const listTasks = ['ecs', 'list-tasks', ...inCluster, '--service-name', 'web'];
      const task = String(await query('taskArns[0]', ...listTasks));
      const stream = `ecs/web/${task.split('/').at(-1)}`;
      const deploymentsOf = ['list-service-deployments', ...inCluster, '--service', 'web'];
      const healthOf = ['describe-target-health', '--target-group-arn', targetGroup];
      const eventsOf = ['get-log-events', '--log-group-name', '/ecs/web', '--log-stream-name', stream];
      const imageOf = ['describe-images', '--repository-name', 'web', '--image-ids', 'imageTag=1'];
      // Together: what takes its time is Python.
      const [services, status, deployments, health, messages, repositories, tags, password] =
        await Promise.all([
          query('serviceArns', 'ecs', 'list-services', ...inCluster),
          query('tasks[0].lastStatus', 'ecs', 'describe-tasks', ...inCluster, '--tasks', task),
          query('serviceDeployments[].status', 'ecs', ...deploymentsOf),
          query('TargetHealthDescriptions[].TargetHealth.State', 'elbv2', ...healthOf),
          query('events[].message', 'logs', ...eventsOf),
          query('repositories[].repositoryName', 'ecr', 'describe-repositories'),
          query('imageDetails[0].imageTags', 'ecr', ...imageOf),
          aws('ecr', 'get-login-password'),
        ]);
      expect({ services, status, deployments, messages, repositories, tags }).toEqual({
        services: ['arn:aws:ecs:eu-west-1:123456789012:service/local/web'],
        status: 'RUNNING',
        deployments: ['SUCCESSFUL', 'SUCCESSFUL'],
        messages: ['listening'],
        repositories: ['web'],
        tags: ['1'],
      });
      expect(health).toContain('healthy');
      expect(password).toMatch(/^[\w-]{40,}\s*$/);
    },
    longest,
  );

  run(
    'deploys blue/green, and answers its pause',
    async () => {
      const made = ['--name', 'web-2', '--target-type', 'ip', '--protocol', 'HTTP', '--port', '80'];
      const create = ['elbv2', 'create-target-group', ...made, '--vpc-id', 'vpc-1'];
      const alternate = String(await query('TargetGroups[0].TargetGroupArn', ...create));
      const balancer = ['elbv2', 'create-load-balancer', '--name', 'web', '--subnets', 'subnet-1'];
      const balancerArn = String(await query('LoadBalancers[0].LoadBalancerArn', ...balancer));
      const listener = await freeListener(balancerArn, [targetGroup, alternate]);
      const rulesOf = ['elbv2', 'describe-rules', '--listener-arn', listener];
      const rule = String(await query('Rules[0].RuleArn', ...rulesOf));
      const advancedConfiguration = {
        alternateTargetGroupArn: alternate,
        productionListenerRule: rule,
        roleArn: 'arn:aws:iam::123456789012:role/infrastructure',
      };
      const loadBalancers = [
        { targetGroupArn: targetGroup, containerName: 'web', containerPort: 80, advancedConfiguration },
      ];
      const lifecycleHooks = [{ targetType: 'PAUSE', lifecycleStages: ['POST_PRODUCTION_TRAFFIC_SHIFT'] }];
      const configuration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks };
      const service = ['--cluster', 'local', '--service', 'web'];
      const change = ['--load-balancers', JSON.stringify(loadBalancers)];
      const strategy = ['--deployment-configuration', JSON.stringify(configuration)];
      await aws('ecs', 'update-service', ...service, ...change, ...strategy);

      const list = ['ecs', 'list-service-deployments', ...service];
      const deployment = String(await query('serviceDeployments[0].serviceDeploymentArn', ...list));
      const describeIt = ['ecs', 'describe-service-deployments', '--service-deployment-arns', deployment];
      const until = async (path: string, expected: unknown): Promise<void> => {
        for (let look = 0; look < 20; look++) {
          if ((await query(`serviceDeployments[0].${path}`, ...describeIt)) === expected) return;
        }
        throw new Error(`${path} did not become ${String(expected)}.`);
      };
      await until('lifecycleHookDetails[0].status', 'AWAITING_ACTION');
      const shares = '[lifecycleStage,targetServiceRevision.requestedProductionTrafficWeight]';
      expect(await query(`serviceDeployments[0].${shares}`, ...describeIt)).toEqual([
        'POST_PRODUCTION_TRAFFIC_SHIFT',
        100,
      ]);
      const hook = String(await query('serviceDeployments[0].lifecycleHookDetails[0].hookId', ...describeIt));
      const answer = ['--service-deployment-arn', deployment, '--hook-id', hook, '--action', 'CONTINUE'];
      await aws('ecs', 'continue-service-deployment', ...answer);
      await until('status', 'SUCCESSFUL');
      const weights = 'Rules[0].Actions[0].ForwardConfig.TargetGroups[].Weight';
      expect(await query(weights, ...rulesOf)).toEqual([0, 100]);
    },
    longest,
  );

  run(
    'is told of errors by their names',
    async () => {
      await expect(aws('ecs', 'list-services', '--cluster', 'nowhere')).rejects.toThrow(
        'An error occurred (ClusterNotFoundException) when calling the ListServices operation: Cluster not found.',
      );
      await expect(aws('elbv2', 'describe-target-health', '--target-group-arn', 'arn:none')).rejects.toThrow(
        'An error occurred (TargetGroupNotFound) when calling the DescribeTargetHealth operation',
      );
    },
    longest,
  );
});
