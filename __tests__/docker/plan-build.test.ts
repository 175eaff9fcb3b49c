import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { useBaseImage } from './build-push-ground.ts';
import { builders } from './builders.ts';
import { startDeployWorld } from './deploy-world.ts';

const [builder] = builders;
if (builder === undefined) throw new Error('There is no builder');

const changing = new Set(['CreateRepository', 'RegisterTaskDefinition', 'UpdateService', 'PutImage']);

it('a plan of a build names the image to build, and neither builds nor creates anything', async () => {
  await using world = await startDeployWorld({ builder });
  world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
  const sha = world.commit();
  const made = (): readonly string[] =>
    world.fargate.calls.all().flatMap(({ operation }) => (changing.has(operation) ? operation : []));
  const before = made();
  const inputs = { repository: `${world.fargate.registryHost}/other`, 'create-repository': 'true' };
  const run = await world.deploy({ ...inputs, operation: 'plan' });
  expect(run.outputs).toMatchObject({ result: 'planned', changes: 'true', problems: 'false' });
  expect(JSON.parse(run.outputs['plan'] ?? '')).toMatchObject({
    image: { action: 'build', uri: expect.stringContaining('/other:'), digest: null },
    services: [{ action: 'update', taskDefinition: { action: 'register' } }],
  });
  expect(run.log).toMatch(/is built and pushed, which gives it its digest/);
  expect(made()).toEqual(before);

  const deployed = await world.deploy();
  expect(deployed.outputs).toMatchObject({ result: 'deployed' });
  expect(Object.keys(await world.tags()).some((tag) => tag.includes(sha.slice(0, 7)))).toBe(true);
  // The image of the same build is there now, and it runs.
  const again = await world.deploy({ operation: 'plan' });
  expect(again.outputs).toMatchObject({ result: 'planned', changes: 'false' });
  expect(JSON.parse(again.outputs['plan'] ?? '')).toMatchObject({
    image: { action: 'use', digest: deployed.outputs['image-digest'] },
  });
}, 60_000);

it('a build ends when something that the deployment needs is missing', async () => {
  await using world = await startDeployWorld({ builder });
  world.fargate.accountServices.missing.add('gone');
  world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
  world.commit();
  const run = await world.deploy({ 'execution-role-arn': 'arn:aws:iam::123456789012:role/gone' });
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'change-refused' });
  expect(run.log).toMatch(/execution role: There is no arn:aws:iam::\d+:role\/gone\. \[roles\]/);
  expect(world.fargate.calls.of('RegisterTaskDefinition')).toHaveLength(1);
  expect(world.fargate.calls.of('UpdateService')).toEqual([]);
}, 60_000);

describe('what others do to the service during a build', () => {
  const base = useBaseImage();

  it('is checked before the service is touched', async () => {
    await using world = await startDeployWorld({ builder });
    // With these a service of one task can neither start nor stop one.
    const stuck = { minimumHealthyPercent: 100, maximumPercent: 100 };
    const server = createServer((_, response) => {
      const update = {
        cluster: 'staging',
        service: 'web',
        deploymentConfiguration: stuck,
        availabilityZoneRebalancing: 'DISABLED' as const,
      };
      void world.ecs.send(new UpdateServiceCommand(update)).then(() => response.end('done'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    world.write({ Dockerfile: `FROM ${base()}\nRUN wget -q -O /answer http://127.0.0.1:${port}/\n` });
    world.commit();
    const run = await world.deploy({ network: 'host' });
    server.close();
    expect({ log: run.log, ...run.outputs }).toMatchObject({ result: 'failed', reason: 'change-refused' });
    expect(run.log).toMatch(/\[percents\]/);
    // The one of the other.
    expect(world.fargate.calls.of('UpdateService')).toHaveLength(1);
    expect(world.fargate.calls.of('RegisterTaskDefinition')).toHaveLength(1);
  }, 60_000);
});
