import { openJournal } from '../../src/run/journal.ts';
import { manyUpdates } from '../a-large-run.ts';
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
  expect(run.log).not.toContain('at most 10 items');
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
  const { outputs, state } = await world.deploy({ image: 'v2' }, noEngine);
  expect(outputs.result).toBe('unchanged');
  // Each docker command is in the journal before it starts.
  expect(Object.keys(state).filter((name) => name.startsWith('journal'))).toEqual([]);
});

it('starts post with the state of 201 services, and rolls back the one that was cut off', async () => {
  await using world = await startWorld({ behaviours: { v2: { pullSeconds: 1200 } } });
  const step = world.start({ image: 'v2' });
  await step.printed(/new tasks running/);
  step.send('SIGKILL');
  const run = await step.finished;
  const state: Record<string, string> = { ...run.state };
  const journal = openJournal({
    save: (slot, text) => {
      state[`journal-${slot + 100}`] = text;
    },
  });
  for (const work of manyUpdates) {
    journal.begin(work);
    journal.found(work.serviceArn, 'ecs-svc/1234567890123456790');
  }
  // More than Linux gives one variable.
  expect(Object.values(state).join('').length).toBeGreaterThan(128 * 1024);
  const post = await world.post({ image: 'v2' }, { state });
  expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: post.log, exitCode: 0 });
  expect(post.log.match(/was left to go on, as the inputs say/g)).toHaveLength(200);
  expect(post.log).toMatch(/Rolled back: web runs web:1 again/);
  expect(await world.settled()).toBe('v1');
});
