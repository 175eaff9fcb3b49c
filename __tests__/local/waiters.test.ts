import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { type ClientWorld, skipped, startClientWorld } from './python-clients.ts';

// Every command starts a Python program.
const longest = 120_000;
const run = skipped === '' ? it : it.skip;
const web = { cluster: 'staging', service: 'web' };
const webs = { cluster: 'staging', services: ['web'] };
const breaker = (rollback: boolean): Partial<UpdateServiceCommandInput> => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

/** Updates the service to a new revision whose tasks follow a script. */
async function deploy(
  world: ClientWorld,
  script: string,
  settings: Partial<UpdateServiceCommandInput> = {},
): Promise<void> {
  const taskDefinition = await world.register(script);
  await world.ecs.send(new UpdateServiceCommand({ ...web, taskDefinition, ...settings }));
}

/** What there is in the end: the deployments of the service, and how its service deployments ended, newest first. */
async function seen({ ecs }: ClientWorld) {
  const { services } = await ecs.send(new DescribeServicesCommand(webs));
  const { serviceDeployments } = await ecs.send(new ListServiceDeploymentsCommand(web));
  return {
    deployments: (services?.[0]?.deployments ?? []).map(
      ({ taskDefinition = '', rolloutState, runningCount }) =>
        [taskDefinition.split('/').at(-1), rolloutState, runningCount].join(' '),
    ),
    rollouts: (serviceDeployments ?? []).map(({ status }) => status),
  };
}

const stable = { exitCode: 0, stderr: '' };
/** "This will exit with a return code of 255 after 40 failed checks", 15 s apart (the CLI's reference). */
const givenUp = {
  exitCode: 255,
  stderr: '\nWaiter ServicesStable failed: Max attempts exceeded\n',
  pausedSeconds: 39 * 15,
};
const ended = (expression: string, value: string) => ({
  exitCode: 255,
  stderr: `\nWaiter ServicesStable failed: Waiter encountered a terminal failure state: For expression "${expression}" we matched expected path: "${value}" at least once\n`,
});

interface Play {
  readonly what: string;
  readonly play: (world: ClientWorld) => Promise<unknown>;
  readonly ran: object;
  readonly deployments: readonly string[];
  readonly rollouts: readonly string[];
}

describe(`\`aws ecs wait services-stable\` as AWS describes it${skipped}`, () => {
  run.each<Play>([
    {
      what: 'succeeds at the first look at a steady service',
      play: () => Promise.resolve(),
      ran: { ...stable, pausedSeconds: 0 },
      deployments: ['web:1 COMPLETED 2'],
      rollouts: ['SUCCESSFUL'],
    },
    {
      what: 'succeeds when a good deployment is the only one left',
      play: (world) => deploy(world, 'start 1s'),
      ran: stable,
      deployments: ['web:2 COMPLETED 2'],
      rollouts: ['SUCCESSFUL', 'SUCCESSFUL'],
    },
    {
      what: 'gives up on tasks that crash, which ECS starts again for ever',
      play: (world) => deploy(world, 'exit 1 after 1s'),
      ran: givenUp,
      deployments: ['web:2 IN_PROGRESS 0', 'web:1 COMPLETED 2'],
      rollouts: ['IN_PROGRESS', 'SUCCESSFUL'],
    },
    {
      what: 'takes what the circuit breaker has rolled back for stable',
      play: (world) => deploy(world, 'exit 1 after 1s', breaker(true)),
      ran: stable,
      deployments: ['web:1 COMPLETED 2'],
      rollouts: ['ROLLBACK_SUCCESSFUL', 'SUCCESSFUL'],
    },
    {
      what: 'gives up on what the circuit breaker has failed without a rollback',
      play: (world) => deploy(world, 'exit 1 after 1s', breaker(false)),
      ran: givenUp,
      deployments: ['web:2 FAILED 0', 'web:1 COMPLETED 2'],
      rollouts: ['STOPPED', 'SUCCESSFUL'],
    },
    {
      what: 'succeeds where no task shall run and none does',
      play: (world) => deploy(world, 'start 1s', { desiredCount: 0 }),
      ran: stable,
      deployments: ['web:2 COMPLETED 0'],
      rollouts: ['SUCCESSFUL', 'SUCCESSFUL'],
    },
    {
      what: 'succeeds with the deployment of somebody else that superseded',
      play: async (world) => {
        await deploy(world, 'pull 600s');
        await world.pass(20);
        await deploy(world, 'start 1s');
      },
      ran: stable,
      deployments: ['web:3 COMPLETED 2'],
      rollouts: ['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL'],
    },
    {
      what: 'fails at a service that is being deleted',
      play: ({ ecs }) => ecs.send(new DeleteServiceCommand({ ...web, force: true })),
      ran: { ...ended('services[].status', 'DRAINING'), pausedSeconds: 0 },
      deployments: ['web:1 COMPLETED 2'],
      rollouts: ['SUCCESSFUL'],
    },
  ])(
    '$what',
    async ({ play, ran, deployments, rollouts }) => {
      await using world = await startClientWorld();
      await play(world);
      expect(
        await world.aws('ecs', 'wait', 'services-stable', '--cluster', 'staging', '--services', 'web'),
      ).toMatchObject(ran);
      expect(await seen(world)).toEqual({ deployments, rollouts });
    },
    longest,
  );
});

describe(`the other waiters of boto3, and their settings${skipped}`, () => {
  run(
    'services-stable with a pause and a number of attempts of its own',
    async () => {
      await using world = await startClientWorld();
      await deploy(world, 'exit 1 after 1s');
      const ran = await world.boto3Wait('services_stable', {
        ...webs,
        WaiterConfig: { Delay: 5, MaxAttempts: 4 },
      });
      expect(ran).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: 'Waiter ServicesStable failed: Max attempts exceeded\n',
        pausedSeconds: 15,
      });
    },
    longest,
  );

  run(
    'a deleted service: services-inactive succeeds, services-stable fails',
    async () => {
      await using world = await startClientWorld();
      await world.ecs.send(new DeleteServiceCommand({ ...web, force: true }));
      const inactive = await world.boto3Wait('services_inactive', webs);
      expect(inactive).toMatchObject({ exitCode: 0, stderr: '' });
      expect(inactive.pausedSeconds).toBeGreaterThan(0);
      const ran = await world.boto3Wait('services_stable', webs);
      expect(ran.stderr).toContain('"services[].status" we matched expected path: "INACTIVE"');
    },
    longest,
  );

  run(
    'a service that never was: both fail',
    async () => {
      await using world = await startClientWorld();
      const nowhere = { cluster: 'staging', services: ['nowhere'] };
      const ran = [
        await world.boto3Wait('services_stable', nowhere),
        await world.boto3Wait('services_inactive', nowhere),
      ];
      const missing = expect.stringContaining('"failures[].reason" we matched expected path: "MISSING"');
      expect(ran).toMatchObject([
        { exitCode: 1, stderr: missing, pausedSeconds: 0 },
        { exitCode: 1, stderr: missing, pausedSeconds: 0 },
      ]);
    },
    longest,
  );

  run(
    'tasks that start: tasks-running succeeds',
    async () => {
      await using world = await startClientWorld();
      await deploy(world, 'start 1s');
      const ran = await world.boto3Wait('tasks_running', await newTasks(world));
      expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    },
    longest,
  );

  run(
    'tasks that crash: tasks-running fails, tasks-stopped succeeds',
    async () => {
      await using world = await startClientWorld();
      await deploy(world, 'exit 1 after 1s');
      const tasks = await newTasks(world);
      const ran = await world.boto3Wait('tasks_running', tasks);
      expect(ran.stderr).toContain('"tasks[].lastStatus" we matched expected path: "STOPPED"');
      expect(await world.boto3Wait('tasks_stopped', tasks)).toMatchObject({ exitCode: 0, pausedSeconds: 0 });
    },
    longest,
  );

  run(
    'a task that never was: tasks-running fails, tasks-stopped looks 100 times, 6 s apart',
    async () => {
      await using world = await startClientWorld();
      const nowhere = { cluster: 'staging', tasks: ['0'.repeat(32)] };
      const running = await world.boto3Wait('tasks_running', nowhere);
      expect(running.stderr).toContain('"failures[].reason" we matched expected path: "MISSING"');
      expect(await world.boto3Wait('tasks_stopped', nowhere)).toMatchObject({
        exitCode: 1,
        stderr: 'Waiter TasksStopped failed: Max attempts exceeded\n',
        pausedSeconds: 99 * 6,
      });
    },
    longest,
  );
});

describe(`service deployments by the AWS CLI${skipped}`, () => {
  run(
    'one that is stopped with a rollback passes through the states that AWS describes',
    async () => {
      await using world = await startClientWorld();
      const inService = ['--cluster', 'staging', '--service', 'web'];
      // The old tasks end first, so that the rollback has something to do.
      const settings = ['--deployment-configuration', 'minimumHealthyPercent=0,maximumPercent=100'];
      const slow = ['--task-definition', await world.register('pull 600s')];
      const zones = ['--availability-zone-rebalancing', 'DISABLED'];
      const update = ['ecs', 'update-service', ...inService, ...slow, ...settings, ...zones];
      const id = await world.ask(...update, '--query', 'service.deployments[0].id');
      await world.pass(10);
      const list = ['ecs', 'list-service-deployments', ...inService, '--query'];
      const arn = String(await world.ask(...list, 'serviceDeployments[0].serviceDeploymentArn'));
      const revision = String(await world.ask(...list, 'serviceDeployments[0].targetServiceRevisionArn'));
      expect(revision.split('/').at(-1)).toBe(String(id).split('/').at(-1));
      const describe = ['ecs', 'describe-service-deployments', '--service-deployment-arns', arn, '--query'];
      const status = () => world.ask(...describe, 'serviceDeployments[0].status');
      const stop = [
        'ecs',
        'stop-service-deployment',
        '--service-deployment-arn',
        arn,
        '--stop-type',
        'ROLLBACK',
      ];
      expect(await world.ask(...stop, '--query', 'serviceDeploymentArn')).toBe(arn);
      const statuses = [await status()];
      await world.pass(5);
      statuses.push(await status());
      await world.pass(120);
      statuses.push(await status());
      expect(statuses).toEqual(['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL']);
      const again = await world.aws(...stop);
      expect(again.exitCode).toBe(255);
      expect(again.stderr).toContain('when calling the StopServiceDeployment operation');
      expect((await seen(world)).deployments).toEqual(['web:1 COMPLETED 2']);
    },
    longest,
  );
});

/** The tasks of the newest revision, once ECS has started them. */
async function newTasks(world: ClientWorld) {
  const { ecs } = world;
  await world.pass(5);
  const { deployments = [] } = (await ecs.send(new DescribeServicesCommand(webs))).services?.[0] ?? {};
  const startedBy = deployments[0]?.id;
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'staging', startedBy }));
  return { cluster: 'staging', tasks: taskArns ?? [] };
}
