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
