import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import { startWorld, type World } from './world.ts';

/** Four tasks of `web`, of which three are enough; the fourth new task and those after it behave as given. */
function startEarly(rest: Behaviour): Promise<World> {
  let fresh = 0;
  return startWorld({
    behave: (tag) => (tag === 'v2' && ++fresh > 3 ? rest : {}),
    service: {
      desiredCount: 4,
      deploymentConfiguration: {
        minimumHealthyPercent: 50,
        maximumPercent: 200,
        earlySuccessCriteria: { enable: true, healthyPercent: 75, sourceServiceRevisionCleanup: 'DEFERRED' },
      },
    },
  });
}

const waitsForRest = /early success criteria; waiting for the rest: 3 of 4 new tasks running/;

describe('a deployment that ECS calls successful with three of four tasks', () => {
  it.concurrent('is followed until the fourth runs', async () => {
    await using world = await startEarly({ provisionSeconds: 120 });
    const run = await world.deploy({ image: 'v2' });
    expect(run.log).toMatch(waitsForRest);
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(run.outputs['message']).toContain('4 of 4 tasks');
  });

  it.concurrent('is rolled back by an update when the rest fails', async () => {
    await using world = await startEarly({ provisionSeconds: 40, exit: { afterSeconds: 1, exitCode: 1 } });
    const run = await world.deploy({ image: 'v2' });
    expect(run.log).toMatch(waitsForRest);
    expect(run.outputs).toMatchObject({ result: 'rolled-back', reason: 'tasks-failed' });
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent.each(['SIGINT', 'SIGKILL'] as const)('is rolled back after %s', async (signal) => {
    await using world = await startEarly({ provisionSeconds: 6000 });
    const step = world.start({ image: 'v2' });
    await step.printed(waitsForRest);
    step.send(signal);
    const run = await step.finished;
    expect((await world.post({ image: 'v2' }, run)).exitCode).toBe(0);
    expect(await world.settled()).toBe('v1');
  });
});
