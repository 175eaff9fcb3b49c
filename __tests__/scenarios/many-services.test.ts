import { startWorld } from './world.ts';

// ECS describes ten services in one call, so the eleventh is where one can get lost.
const others = Array.from({ length: 11 }, (_, at) => `worker-${at + 1}`);
const all = ['web', ...others];

it('deploys to every one of twelve services', async () => {
  await using world = await startWorld({ services: others });
  const run = await world.deploy({ image: 'v2', service: all.join('\n') });
  const services: unknown = JSON.parse(run.outputs.services ?? '');
  expect({ log: run.log, services }).toEqual({
    log: run.log,
    services: all.map((service) => expect.objectContaining({ service, result: 'deployed' }) as unknown),
  });
  expect(await Promise.all(all.map((name) => world.settled(name)))).toEqual(all.map(() => 'v2'));
});

it('refuses all of twelve services when the twelfth is missing', async () => {
  await using world = await startWorld({ services: others.slice(0, 10) });
  const run = await world.deploy({ image: 'v2', service: all.join('\n') });
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'service-missing' });
  expect(run.outputs.message).toContain('worker-11');
  expect(world.fargate.calls.of('UpdateService')).toEqual([]);
});

it('looks for Docker only where something is to be built', async () => {
  await using world = await startWorld();
  // An engine that does not answer would end the run, if it was asked.
  const noEngine = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
  expect((await world.deploy({ image: 'v2' }, noEngine)).outputs.result).toBe('deployed');
  expect((await world.deploy({ image: 'v2' }, noEngine)).outputs.result).toBe('unchanged');
});
