import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import type { RunningStep, StepRun } from '../../scripts/runner.ts';
import { useBaseImage } from './build-push-ground.ts';
import { builders, type TestBuilder } from './builders.ts';
import { type DeployWorld, startDeployWorld } from './deploy-world.ts';
import { type DockerPlan, type Moment, putFatalDocker } from './fatal-docker-plan.ts';
import { startMachine } from './machine.ts';
import { nothing, passwordsIn, remainsOf } from './remains.ts';

/** The docker commands of a deploy; the first ones come together, in any order. */
const looking = ['buildx inspect', 'info'];
const ways = builders
  .filter(({ name }) => name.startsWith('the engine,'))
  .map((builder) => ({
    builder,
    name: builder.name,
    building: builder.hasBuildx ? ['buildx build'] : ['build', 'image inspect', 'push', 'image inspect 2'],
  }));

const longest = 120_000;

const base = useBaseImage();

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

  it.concurrent.each(of('before', 'middle', 'after', 'never'))(
    'that is killed at docker $at ($moment) leaves nothing',
    async (plan) => {
      const ended = await deploy(builder, { ...plan, signal: 'SIGKILL' });
      expect(ended.main.exitCode).toBe(137);
      expect(ended.post).toMatchObject({ exitCode: 0, log: '' });
      expect(ended.remains).toEqual(nothing);
      expect(ended).toMatchObject(untouched);
      // Otherwise the search would find nothing anyway.
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
      expect(ended.remains).toEqual(nothing);
      expect(ended).toMatchObject(untouched);
    },
    longest,
  );
});

const untouched = { deployments: [['web:1', 'COMPLETED']], updates: 0 };

/** Deploys with a docker that may end the step, then runs its post, as a runner does; and looks around. */
async function deploy(builder: TestBuilder, plan: Pick<DockerPlan, 'at' | 'moment' | 'signal'>) {
  using machine = startMachine(builder);
  const docker = putFatalDocker(join(machine.folder, 'bin'), plan);
  const environment = { ...machine.environment, PATH: docker.path };
  await using world = await startDeployWorld({ builder, environment });
  const id = randomUUID();
  // In the middle of a build means in the middle of its RUN.
  const goesOn = plan.moment === 'middle' && (plan.at ?? '').includes('build') ? '; sleep 3600' : '';
  world.write({ Dockerfile: `FROM ${base()}\nRUN : ${id}; echo begun${goesOn}\n` });
  world.commit();
  const main = await endedByRunner(world.start(builder.hasBuildx ? { builder: 'default' } : {}));
  const passwordsAtKill = passwordsIn(world, machine);
  const post = await world.post(main);
  return {
    main,
    post,
    ran: docker.commands(),
    passwordsAtKill,
    remains: await remainsOf({ world, machine, builder, id }),
    deployments: await deploymentsOf(world),
    updates: world.fargate.calls.of('UpdateService').length,
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

async function deploymentsOf({ ecs }: DeployWorld) {
  const reply = await ecs.send(new DescribeServicesCommand({ cluster: 'staging', services: ['web'] }));
  return (reply.services?.[0]?.deployments ?? []).map(({ taskDefinition, rolloutState }) => [
    taskDefinition?.split('/').at(-1),
    rolloutState,
  ]);
}
