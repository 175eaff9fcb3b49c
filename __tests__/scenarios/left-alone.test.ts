import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import { cluster, startWorld, type World, type WorldOptions } from './world.ts';

const crash: Behaviour = { exit: { afterSeconds: 5, exitCode: 3 } };

/** As autoscaling does it, and a person who corrects a percentage. */
async function changeByOthers(world: World): Promise<void> {
  await world.ecs.send(
    new UpdateServiceCommand({
      cluster,
      service: 'web',
      desiredCount: 8,
      deploymentConfiguration: { maximumPercent: 175 },
    }),
  );
}

const left =
  /changed (?:it )?since: desired-count is 8 \(this run set 4, it was 2 before\); maximum-percent is 175/;
const inputs = {
  image: 'v2',
  'desired-count': '4',
  'maximum-percent': '150',
  'minimum-healthy-percent': '50',
};

describe('a rollback leaves alone what others have set since, and puts back the rest', () => {
  it.concurrent.each<[string, WorldOptions, Readonly<Record<string, string>>]>([
    ['when ECS is asked for it', { behaviours: { v2: crash } }, {}],
    [
      'when the circuit breaker does it',
      {
        behaviours: { v2: { neverStarts: { kind: 'cannot-be-pulled', stoppedReason: 'CannotPull: v2' } } },
        service: {
          deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
        },
      },
      {},
    ],
    ['when the service is updated back', { behaviours: { v2: crash } }, { denied: 'yes' }],
  ])('%s', async (_, options, { denied }) => {
    await using world = await startWorld(options);
    if (denied !== undefined) {
      world.fargate.faults.add({
        operation: 'StopServiceDeployment',
        times: 'always',
        fault: { kind: 'denied' },
      });
    }
    const step = world.start(inputs);
    await step.printed(/has begun/);
    await changeByOthers(world);
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'rolled-back' });
    expect(run.outputs.message).toMatch(left);
    expect(run.log).toMatch(left);
    expect(await world.settled()).toBe('v1');
    const { desiredCount, deploymentConfiguration } = await world.service();
    expect([desiredCount, deploymentConfiguration]).toEqual([
      8,
      expect.objectContaining({ maximumPercent: 175, minimumHealthyPercent: 100 }),
    ]);
  });

  it.concurrent('when post does it after a kill', async () => {
    await using world = await startWorld({ behaviours: { v2: { pullSeconds: 600 } } });
    const step = world.start(inputs);
    await step.printed(/has begun/);
    await changeByOthers(world);
    step.send('SIGKILL');
    const killed = await step.finished;
    const post = await world.post(inputs, killed);
    expect(post.log).toMatch(left);
    expect(await world.settled()).toBe('v1');
    const { desiredCount, deploymentConfiguration } = await world.service();
    expect([desiredCount, deploymentConfiguration]).toEqual([
      8,
      expect.objectContaining({ maximumPercent: 175, minimumHealthyPercent: 100 }),
    ]);
  });

  it.concurrent('and names no such setting in the commands for a person', async () => {
    await using world = await startWorld({ behaviours: { v2: crash } });
    const step = world.start({ ...inputs, rollback: 'false' });
    await step.printed(/has begun/);
    await changeByOthers(world);
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'failed' });
    expect(run.log).toMatch(/aws ecs update-service .*"minimumHealthyPercent":100/);
    expect(run.log).not.toMatch(/--desired-count/);
  });
});
