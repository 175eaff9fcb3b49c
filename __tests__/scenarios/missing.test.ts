import { startWorld } from './world.ts';

it.concurrent.each([
  ['a cluster', { cluster: 'nowhere' }, 'There is no cluster nowhere'],
  ['a service', { service: 'nobody' }, 'There is no service nobody in the cluster staging'],
  ['a repository', { repository: 'nothing' }, "The repository nothing doesn't exist in ECR"],
  ['a task definition', { 'task-definition': 'nothing:7' }, 'There is no task definition nothing:7'],
])('says in which account and region %s is missing', async (_what, inputs, message) => {
  await using world = await startWorld();
  const { accountId, region } = world.fargate.account;
  const run = await world.deploy({ image: 'v2', ...inputs });
  expect(run.outputs.message).toMatch(`${message} (account ${accountId}, region ${region})`);
});

it.concurrent('leaves the account out where STS does not answer', async () => {
  await using world = await startWorld();
  world.fargate.faults.add({ operation: 'GetCallerIdentity', fault: { kind: 'break' } });
  const run = await world.deploy({ image: 'v2', cluster: 'nowhere' });
  expect(run.outputs.message).toBe(`There is no cluster nowhere (region ${world.fargate.account.region}).`);
});

it.concurrent.each([
  ['a cluster', { cluster: 'stagin' }, 'There is no cluster stagin', 'Did you mean staging?'],
  ['a service', { service: 'wbe' }, 'There is no service wbe in the cluster staging', 'Did you mean web?'],
  [
    'services',
    { service: 'shpo\nweb\nnobody' },
    'There is no service shpo in the cluster staging',
    'Did you mean shop?\nThere is no service nobody in the cluster staging (account',
  ],
])('suggests the nearest name of %s', async (_what, inputs, message, question) => {
  await using world = await startWorld({ services: ['shop'] });
  const run = await world.deploy({ image: 'v2', ...inputs });
  expect(run.outputs.message).toContain(message);
  expect(run.outputs.message).toContain(question);
  expect(world.fargate.calls.of('UpdateService')).toEqual([]);
});

it.concurrent('says the same without a suggestion where the names may not be listed', async () => {
  await using world = await startWorld();
  for (const operation of ['ListServices', 'ListClusters'])
    world.fargate.faults.add({ operation, times: 'always', fault: { kind: 'denied' } });
  const { accountId, region } = world.fargate.account;
  const place = `(account ${accountId}, region ${region}).`;
  const cluster = await world.deploy({ image: 'v2', cluster: 'stagin' });
  expect(cluster.outputs.message).toBe(`There is no cluster stagin ${place}`);
  const service = await world.deploy({ image: 'v2', service: 'wbe' });
  expect(service.outputs.message).toBe(`There is no service wbe in the cluster staging ${place}`);
  expect(service.printed).not.toMatch(/List(Services|Clusters)/);
});

it.concurrent('lists no names where everything exists', async () => {
  await using world = await startWorld();
  await world.deploy({ image: 'v2' });
  for (const operation of ['ListServices', 'ListClusters'])
    expect(world.fargate.calls.of(operation)).toEqual([]);
});
