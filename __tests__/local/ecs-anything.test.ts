import * as fc from 'fast-check';
import type { World } from './ecs-world.ts';
import { createWorld, items, loadBalancers, text } from './ecs-world.ts';

const scripts = [
  '',
  'exit 1',
  'exit 1 after 20s',
  'cannot pull',
  'never placed',
  'healthy after 30s',
  'unhealthy',
];
const check = { healthCheck: { command: ['CMD', 'check'], interval: 5, retries: 2 } };

const act = fc.oneof(
  fc.record({ kind: fc.constant('deploy' as const), script: fc.constantFrom(...scripts) }),
  fc.record({ kind: fc.constant('scale' as const), desiredCount: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ kind: fc.constant('stop' as const) }),
  fc.record({ kind: fc.constant('kill' as const) }),
);
const steps = fc.array(fc.tuple(act, fc.integer({ min: 0, max: 90 })), { minLength: 1, maxLength: 6 });

describe('whatever happened before', () => {
  it('a good version comes up in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.constantFrom([100, 200], [50, 100], [0, 100], [50, 150]),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        async (happened, [minimumHealthyPercent = 0, maximumPercent = 0], enable, rollback, isBalanced) => {
          const world = await createWorld();
          const deploymentCircuitBreaker = { enable, rollback };
          await world.create(await world.register('', {}, check), {
            desiredCount: 2,
            ...(isBalanced && { loadBalancers }),
            deploymentConfiguration: { minimumHealthyPercent, maximumPercent, deploymentCircuitBreaker },
          });
          for (const [action, seconds] of happened) {
            await world.pass(seconds);
            await perform(world, action);
          }
          const taskDefinition = await world.register('', {}, check);
          await world.update({ taskDefinition, desiredCount: 2, forceNewDeployment: true });
          await world.pass(300);
          expect(await world.deployments()).toEqual([
            `PRIMARY COMPLETED 2/0/2 ${text({ taskDefinition }, 'taskDefinition').split('/')[1]}`,
          ]);
          expect((await world.rollouts())[0]).toBe('SUCCESSFUL');
          expect((await world.rollouts()).slice(1).filter((one) => !ended.test(one))).toEqual([]);
          expect((await world.events()).at(-1)).toMatch(/steady state\.$/);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

const ended = /^(SUCCESSFUL|STOPPED|ROLLBACK_SUCCESSFUL|ROLLBACK_FAILED)/;

type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

async function perform(world: World, action: Act): Promise<void> {
  switch (action.kind) {
    case 'deploy': {
      await world.update({ taskDefinition: await world.register(action.script, {}, check) });
      return;
    }
    case 'scale': {
      await world.update({ desiredCount: action.desiredCount });
      return;
    }
    case 'stop': {
      const answer = await world.call('ListServiceDeployments', { service: 'web' });
      const serviceDeploymentArn = text(items(answer, 'serviceDeployments')[0] ?? {}, 'serviceDeploymentArn');
      if (serviceDeploymentArn === '') return;
      // A service deployment that has ended refuses.
      await world.call('StopServiceDeployment', { serviceDeploymentArn }).catch(() => undefined);
      return;
    }
    case 'kill': {
      const [task] = await world.tasks();
      if (task !== undefined) await world.call('StopTask', { task: text(task, 'taskArn') });
    }
  }
}
