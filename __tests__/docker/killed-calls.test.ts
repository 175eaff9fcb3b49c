import { randomUUID } from 'node:crypto';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import type { Fault } from '../../local/server/faults.ts';
import { useBaseImage } from './build-push-ground.ts';
import { builders } from './builders.ts';
import { type DeployWorld, startDeployWorld } from './deploy-world.ts';
import { startMachine } from './machine.ts';
import { nothing, remainsOf } from './remains.ts';

/** Before a call is done, after it, and in the middle of its answer. */
const moments: readonly Fault['kind'][] = ['hang', 'hang-after', 'cut'];
/** So many calls there are up to UpdateService; what comes after is no other than in a deploy without a build. */
const calls = 24;
const kills = Array.from({ length: calls }, (_, nth) => nth).flatMap((nth) =>
  moments.map((moment) => ({ nth, moment })),
);
const longest = 120_000;

const base = useBaseImage();

describe('a deploy with a build', () => {
  it(
    'makes no more calls before it has updated the service',
    async () => {
      const { before, main } = await deploy(undefined);
      expect(main).toMatchObject({ exitCode: 0, outputs: { result: 'deployed' } });
      const order = before.map(({ operation }) => operation);
      expect(order.indexOf('UpdateService')).toBeGreaterThan(0);
      expect(order.indexOf('UpdateService')).toBeLessThan(calls);
    },
    longest,
  );

  it.concurrent.each(kills)(
    'that is killed at call $nth ($moment) leaves one version and nothing else',
    async (kill) => {
      const { main, post, remains, runs, isUpdated } = await deploy(kill);
      expect({ main: main.log, post: post.log, exitCode: post.exitCode, remains }).toEqual({
        main: main.log,
        post: post.log,
        exitCode: 0,
        remains: nothing,
      });
      // The new one is good: it stays when it was complete before post could request the rollback.
      expect(isUpdated ? ['web:1', 'web:2'] : ['web:1']).toContain(runs);
    },
    longest,
  );
});

/** Deploys into a repository that has yet to be made; ends the step at a call, then runs its post; and looks around. */
async function deploy(kill: { readonly nth: number; readonly moment: Fault['kind'] } | undefined) {
  const [builder] = builders;
  if (builder === undefined) throw new Error('There is no builder.');
  using machine = startMachine(builder);
  await using world = await startDeployWorld({ builder, environment: machine.environment });
  const { fargate } = world;
  const id = randomUUID();
  world.write({ Dockerfile: `FROM ${base()}\nRUN : ${id}\n` });
  world.commit();
  fargate.calls.clear();
  if (kill !== undefined) fargate.faults.add({ after: kill.nth, fault: { kind: kill.moment } as Fault });
  const step = world.start({ repository: 'fresh', 'create-repository': 'true' });
  await Promise.race([hit(world), step.finished]);
  step.send('SIGKILL');
  const main = await step.finished;
  const before = fargate.calls.all();
  fargate.faults.clear();
  const post = await world.post(main);
  const isUpdated = fargate.calls.of('UpdateService').some(({ output }) => output !== undefined);
  const remains = await remainsOf({ world, machine, builder, id });
  return { main, post, before, isUpdated, remains, runs: await settled(world) };
}

/** Resolves when a fault has hit a call. */
async function hit({ fargate }: DeployWorld): Promise<void> {
  while (!fargate.calls.all().some(({ fault }) => fault !== undefined)) {
    await new Promise<void>((resolve) => void fargate.clock.after(1, resolve));
  }
}

/** The version that the service runs in the end, once one deployment is left, and completed. */
async function settled({ ecs, fargate }: DeployWorld): Promise<string | undefined> {
  for (;;) {
    const reply = await ecs.send(new DescribeServicesCommand({ cluster: 'staging', services: ['web'] }));
    const { deployments = [], runningCount } = reply.services?.[0] ?? {};
    const [primary] = deployments;
    if (deployments.length === 1 && primary?.rolloutState === 'COMPLETED' && runningCount === 1) {
      return primary.taskDefinition?.split('/').at(-1);
    }
    await new Promise<void>((resolve) => void fargate.clock.after(1, resolve));
  }
}
