import { randomUUID } from 'node:crypto';
import type { GetAuthorizationTokenCommandOutput } from '@aws-sdk/client-ecr';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { RunningStep, StepRun } from '../../scripts/runner.ts';
import { pushBaseImage, startRegistry, type TestRegistry } from './build-push-ground.ts';
import { builders, type TestBuilder } from './builders.ts';
import { type DeployWorld, startDeployWorld } from './deploy-world.ts';
import type { DockerPlan, Moment } from './fatal-docker-plan.ts';
import { containersWith, filesIn, processesLeftWith } from './leftovers.ts';
import { startMachine } from './machine.ts';

/** The docker commands of a deploy; the first ones come together, in any order. */
const looking = ['version', 'buildx version', 'buildx inspect', 'info'];
const ways = builders
  .filter(({ name }) => name.startsWith('the engine,'))
  .map((builder) => ({
    builder,
    name: builder.name,
    building: builder.hasBuildx ? ['buildx build'] : ['build', 'push', 'push 2', 'image inspect'],
  }));

const longest = 120_000;

let registry: TestRegistry;
let base = '';
beforeAll(async () => {
  registry = await startRegistry({ isOpen: true });
  base = await pushBaseImage(registry);
}, 60_000);
afterAll(() => registry.close());

describe.each(ways)('a deploy with $name', ({ builder, building }) => {
  const commands = [...looking, ...building];
  const of = (...moments: readonly Moment[]) =>
    commands.flatMap((at) => moments.map((moment) => ({ at, moment })));

  it(
    'has these docker commands, and no others',
    async () => {
      const { main, ran } = await deploy(builder, { moment: 'never', signal: 'SIGKILL' });
      expect(main).toMatchObject({ exitCode: 0, outputs: { result: 'deployed' } });
      expect([ran.slice(0, looking.length).toSorted(), ran.slice(looking.length)]).toEqual([
        looking.toSorted(),
        building,
      ]);
    },
    longest,
  );

  it.concurrent.each(of('before', 'middle', 'after'))(
    'that is killed at docker $at ($moment) leaves nothing',
    async (plan) => {
      const ended = await deploy(builder, { ...plan, signal: 'SIGKILL' });
      expect(ended.main.exitCode).toBe(137);
      expect(ended.post).toMatchObject({ exitCode: 0, log: '' });
      expect(ended.left).toEqual(nothing);
      // Else the search would find nothing anyway.
      expect(ended.passwordsAtKill).toHaveLength(building.includes(plan.at) ? 1 : 0);
    },
    longest,
  );

  it.concurrent.each([...of('never'), ...of('middle').filter(({ at }) => building.includes(at))])(
    'that is cancelled at docker $at ($moment) ends by itself and leaves nothing',
    async (plan) => {
      const ended = await deploy(builder, { ...plan, signal: 'SIGINT' });
      expect(ended.main).toMatchObject({ exitCode: 1, outputs: { result: 'cancelled' } });
      expect(ended.main.log).not.toContain('SIGTERM');
      expect(ended.post).toMatchObject({ exitCode: 0, log: '' });
      expect(ended.left).toEqual(nothing);
    },
    longest,
  );
});

const nothing = {
  processes: [],
  containers: [],
  /** Of the job, and which of those of the machine have changed. */
  files: [],
  changed: {},
  passwords: [],
  deployments: [['web:1', 'COMPLETED']],
  updates: 0,
};

/** Deploys with a docker that may end the step, then runs its post, as a runner does; and looks around. */
async function deploy(builder: TestBuilder, plan: Pick<DockerPlan, 'at' | 'moment' | 'signal'>) {
  using machine = startMachine(builder, plan);
  const before = machine.files();
  await using world = await startDeployWorld({ builder, environment: machine.environment });
  const id = randomUUID();
  // In the middle of a build means in the middle of its RUN.
  const goesOn = plan.moment === 'middle' && (plan.at ?? '').includes('build') ? '; sleep 3600' : '';
  world.write({ Dockerfile: `FROM ${base}\nRUN : ${id}; echo begun${goesOn}\n` });
  world.commit();
  const step = world.start(builder.hasBuildx ? { builder: 'default' } : {});
  const main = await endedByRunner(step);
  const passwordsAtKill = passwordsIn(world, machine.files());
  const post = await world.post(main);
  const processes = await processesLeftWith(id, `RUNNER_TEMP=${world.temporary}`);
  return {
    main,
    post,
    ran: machine.docker.commands(),
    passwordsAtKill,
    left: {
      processes,
      containers: containersWith(id, builder.env),
      files: Object.keys(filesIn(world.temporary)),
      changed: changes(before, machine.files()),
      passwords: passwordsIn(world, machine.files()),
      deployments: await deploymentsOf(world),
      updates: world.fargate.calls.of('UpdateService').length,
    },
  };
}

/** From the first sign of a cancel a runner waits 7.5 s, then sends SIGTERM, and kills after another 2.5 s. */
async function endedByRunner(step: RunningStep): Promise<StepRun> {
  const timers: NodeJS.Timeout[] = [];
  step.printed(/SIGINT: the workflow was cancelled/).then(
    () => {
      timers.push(
        setTimeout(() => step.send('SIGTERM'), 7500),
        setTimeout(() => step.send('SIGKILL'), 10_000),
      );
    },
    () => undefined,
  );
  const run = await step.finished;
  for (const timer of timers) clearTimeout(timer);
  return run;
}

/** The files of the job, of the checkout and of the machine with a password of the registry in them, as it is or encoded. */
function passwordsIn(world: DeployWorld, ofMachine: Readonly<Record<string, string>>): readonly string[] {
  const tokens = world.fargate.calls.of('GetAuthorizationToken').flatMap(({ output }) => {
    const { authorizationData } = Object(output) as GetAuthorizationTokenCommandOutput;
    return (authorizationData ?? []).flatMap(({ authorizationToken = '' }) => {
      const [, password = ''] = Buffer.from(authorizationToken, 'base64').toString().split(':');
      return [authorizationToken, password];
    });
  });
  const files = { ...filesIn(world.temporary), ...filesIn(world.workspace), ...ofMachine };
  return Object.keys(files).filter((name) => tokens.some((token) => files[name]?.includes(token)));
}

/** What is other than before, with what is in it now. */
function changes(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  const names = Object.keys({ ...before, ...after });
  const changed = names.filter((name) => before[name] !== after[name]);
  return Object.fromEntries(changed.map((name) => [name, after[name]]));
}

async function deploymentsOf({ fargate }: DeployWorld) {
  const ecs = new ECSClient({
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const reply = await ecs.send(new DescribeServicesCommand({ cluster: 'staging', services: ['web'] }));
  const deployments = reply.services?.[0]?.deployments ?? [];
  return deployments.map(({ taskDefinition, rolloutState }) => [
    taskDefinition?.split('/').at(-1),
    rolloutState,
  ]);
}
