import * as fc from 'fast-check';
import { healthyTasksNeeded } from '../../local/ecs/model/early-success.ts';
import { createWorld, loadBalancers, text, type World } from './ecs-world.ts';

/** Four tasks; the new version's fourth takes ten minutes to come up. */
async function started(sourceServiceRevisionCleanup: string, changes = {}): Promise<World> {
  let fresh = 0;
  const world = await createWorld({}, ({ taskDefinition }) =>
    taskDefinition['revision'] === 2 && ++fresh > 3 ? { provisionSeconds: 600 } : {},
  );
  const earlySuccessCriteria = { enable: true, healthyPercent: 75, sourceServiceRevisionCleanup };
  const deploymentConfiguration = {
    minimumHealthyPercent: 50,
    maximumPercent: 200,
    earlySuccessCriteria,
    ...changes,
  };
  await world.create(await world.register(''), { desiredCount: 4, loadBalancers, deploymentConfiguration });
  await world.pass(120);
  await world.update({ taskDefinition: await world.register('') });
  return world;
}

/** The second at which the newest service deployment succeeds. */
async function succeedsAfter(world: World, mostSeconds: number): Promise<number | undefined> {
  for (let second = 0; second < mostSeconds; second++) {
    if ((await world.rollouts())[0] === 'SUCCESSFUL' && (await world.rollouts()).length === 2) return second;
    await world.pass(1);
  }
  return undefined;
}

const oldTasks = async (world: World): Promise<number> =>
  (await world.tasks()).filter((task) => text(task, 'taskDefinitionArn').endsWith('web:1')).length;

describe('early success', () => {
  it('needs its share of the desired count, and at least one task', () => {
    const needed = (healthyPercent: number, desiredCount: number): number =>
      healthyTasksNeeded({ healthyPercent, isBlocking: true }, desiredCount);
    expect([needed(75, 4), needed(60, 4), needed(0, 4), needed(0, 0), needed(100, 4)]).toEqual([
      3, 3, 1, 0, 4,
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 5000 }), (percent, count) => {
        expect(needed(percent, count)).toBeGreaterThanOrEqual((percent * count) / 100);
        expect(needed(percent, count)).toBeLessThanOrEqual(count);
      }),
    );
  });

  it('DEFERRED comes while old tasks drain; the rest follows', async () => {
    const world = await started('DEFERRED');
    expect(await succeedsAfter(world, 300)).toBeDefined();
    expect(await world.deployments()).toEqual([
      expect.stringMatching(/^PRIMARY COMPLETED 4\/1\/3 web:2$/),
      expect.stringMatching(/ web:1$/),
    ]);
    await world.pass(700);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 4/0/4 web:2']);
  });

  it.each([0, 3])(
    'comes after %i minutes of bake time, BLOCKING once the old tasks are gone',
    async (minutes) => {
      const end = async (cleanup: string): Promise<{ after: number; old: number }> => {
        const world = await started(cleanup, { bakeTimeInMinutes: minutes });
        const after = (await succeedsAfter(world, 900)) ?? 0;
        return { after, old: await oldTasks(world) };
      };
      const deferred = await end('DEFERRED');
      const blocking = await end('BLOCKING');
      expect(deferred.after).toBeGreaterThan(minutes * 60);
      // The old tasks drain for 20 seconds, which a bake time of minutes covers.
      const drainingSeconds = minutes === 0 ? 20 : 0;
      expect(blocking.after).toBeGreaterThanOrEqual(deferred.after + drainingSeconds);
      expect(blocking.old).toBe(0);
    },
  );

  it('leaves nothing to stop', async () => {
    const world = await started('DEFERRED');
    await succeedsAfter(world, 300);
    const serviceDeploymentArn = text(await world.service(), 'currentServiceDeployment');
    await expect(world.call('StopServiceDeployment', { serviceDeploymentArn })).rejects.toMatchObject({
      code: 'ConflictException',
    });
  });
});
