import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTasksCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { type ClientWorld, skipped, startClientWorld } from './python-clients.ts';

const longest = 120_000;
const run = skipped === '' ? it : it.skip;
const crash = ['-e', 'app', 'SIMULATE', 'exit 1 after 1s', '--sleep-time', '5'];

interface Play {
  readonly what: string;
  readonly breaker?: { readonly rollback: boolean };
  readonly options: readonly string[];
  readonly exitCode: number;
  readonly says: RegExp;
  readonly deployments: readonly string[];
  /** The ARNs of the revisions 1 and 2. */
  readonly revisions: readonly string[];
}

describe(`\`ecs deploy\` as its documentation describes it${skipped}`, () => {
  run.each<Play>([
    {
      what: 'changes the tag, waits for the deployment, and deregisters the revision from before',
      options: ['-t', '2'],
      exitCode: 0,
      says: /Changed image of container "app" to: "example\.com\/app:2"[^]*\nDeployment successful\n/,
      deployments: ['web:2 COMPLETED'],
      revisions: ['INACTIVE', 'ACTIVE'],
    },
    {
      what: 'gives up at its time limit, and leaves ECS to go on',
      options: [...crash, '--timeout', '60'],
      exitCode: 1,
      says: /\d tasks failed to start[^]*Deployment failed due to timeout/,
      deployments: ['web:2 IN_PROGRESS', 'web:1 COMPLETED'],
      revisions: ['ACTIVE', 'ACTIVE'],
    },
    {
      what: 'deploys the revision from before at its time limit, where it is told to roll back',
      options: [...crash, '--timeout', '60', '--rollback'],
      exitCode: 1,
      says: /service has been rolled back to previous task definition: web:1/,
      deployments: ['web:1 COMPLETED'],
      revisions: ['ACTIVE', 'INACTIVE'],
    },
    {
      what: 'fails when the circuit breaker has failed the deployment',
      breaker: { rollback: false },
      options: crash,
      exitCode: 1,
      says: /Deployment Failed! ECS deployment circuit breaker: task failed to start/,
      deployments: ['web:2 FAILED', 'web:1 COMPLETED'],
      revisions: ['ACTIVE', 'ACTIVE'],
    },
    {
      what: 'takes the rollback of the circuit breaker for its own deployment, and deregisters what runs',
      breaker: { rollback: true },
      options: crash,
      exitCode: 0,
      says: /\nDeployment successful\n/,
      deployments: ['web:1 COMPLETED'],
      revisions: ['INACTIVE', 'ACTIVE'],
    },
    {
      what: 'fails at the first event of a task that can not be placed',
      options: ['-e', 'app', 'SIMULATE', 'never placed'],
      exitCode: 1,
      says: /ERROR: \(service web\) was unable to place a task/,
      deployments: ['web:2 IN_PROGRESS', 'web:1 COMPLETED'],
      revisions: ['ACTIVE', 'ACTIVE'],
    },
  ])(
    '$what',
    async ({ breaker, options, exitCode, says, deployments, revisions }) => {
      await using world = await startClientWorld();
      if (breaker !== undefined) {
        const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, ...breaker } };
        await world.ecs.send(
          new UpdateServiceCommand({ cluster: 'staging', service: 'web', deploymentConfiguration }),
        );
      }
      const ran = await world.ecsDeploy('deploy', 'staging', 'web', ...options);
      expect({ ...ran, ...(await seen(world)) }).toMatchObject({ exitCode, deployments, revisions });
      expect(ran.stdout + ran.stderr).toMatch(says);
    },
    longest,
  );

  run(
    'scales to none and waits for it',
    async () => {
      await using world = await startClientWorld();
      const ran = await world.ecsDeploy('scale', 'staging', 'web', '0');
      // It counts the tasks with desired status RUNNING, and doesn't wait for the others to end.
      const shallRun = await world.ecs.send(new ListTasksCommand({ cluster: 'staging', serviceName: 'web' }));
      expect([ran.exitCode, ran.stdout, shallRun.taskArns]).toEqual([
        0,
        expect.stringContaining('Scaling successful'),
        [],
      ]);
    },
    longest,
  );
});

async function seen({ ecs }: ClientWorld) {
  const describe = new DescribeServicesCommand({ cluster: 'staging', services: ['web'] });
  const { services } = await ecs.send(describe);
  const statuses = [1, 2].map(async (revision) => {
    const taskDefinition = `web:${revision}`;
    const reply = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    return reply.taskDefinition?.status;
  });
  return {
    deployments: (services?.[0]?.deployments ?? []).map(
      ({ taskDefinition, rolloutState }) => `${taskDefinition?.split('/').at(-1)} ${rolloutState}`,
    ),
    revisions: await Promise.all(statuses),
  };
}
