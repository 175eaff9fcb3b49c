import type { World } from './ecs-world.ts';
import { createWorld, items, loadBalancers } from './ecs-world.ts';

describe('a good rollout', () => {
  it('brings up a new service and then its second version', async () => {
    const world = await createWorld();
    await world.create(await world.register(''), { desiredCount: 2 });
    expect(await world.deployments()).toEqual(['PRIMARY IN_PROGRESS 2/0/0 web:1']);
    world.clock.advance(1);
    expect(await world.deployments()).toEqual(['PRIMARY IN_PROGRESS 2/2/0 web:1']);
    world.clock.advance(30);
    expect(await world.deployments()).toEqual(['PRIMARY IN_PROGRESS 2/0/2 web:1']);
    world.clock.advance(60);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 2/0/2 web:1']);

    const updated = await world.update({ taskDefinition: await world.register('') });
    expect(items(updated, 'deployments').map(({ status }) => status)).toEqual(['PRIMARY', 'ACTIVE']);
    world.clock.advance(30);
    expect(await world.deployments()).toEqual([
      'PRIMARY IN_PROGRESS 2/0/2 web:2',
      'ACTIVE COMPLETED 2/0/2 web:1',
    ]);
    world.clock.advance(90);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 2/0/2 web:2']);
    expect(await world.rollouts()).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
    expect(await world.events()).toEqual([
      '(service web) has started 2 tasks: (task N) (task N).',
      '(service web) (deployment ecs-svc/N) deployment completed.',
      '(service web) has reached a steady state.',
      '(service web) has started 2 tasks: (task N) (task N).',
      '(service web) has stopped 2 running tasks: (task N) (task N).',
      '(service web) (deployment ecs-svc/N) deployment completed.',
      '(service web) has reached a steady state.',
    ]);
  });
});

export const pass = async (world: World, seconds: number): Promise<void> => {
  for (let second = 0; second < seconds; second++) {
    world.clock.advance(1);
    await Promise.resolve();
    await Promise.resolve();
  }
};
void loadBalancers;
