import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { builders } from './builders.ts';
import { type DeployWorld, startDeployWorld } from './deploy-world.ts';

const [builder] = builders;
if (builder === undefined) throw new Error('There is no builder');
const containers = [
  { name: 'worker', image: 'busybox:1', essential: false },
  { name: 'proxy', image: 'envoyproxy/envoy:v1', essential: false },
  { name: 'agent', image: 'busybox:2', essential: false },
];

it('one build serves several containers; others get theirs by digest, or stay', async () => {
  await using world = await startDeployWorld({ builder, containers });
  const agent = world.fargate.images.put('web', { tags: ['agent'] });
  world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
  world.commit();
  const host = world.fargate.registryHost;
  const run = await world.deploy({ images: `worker=build\nagent=${host}/web:agent` });
  expect(run.outputs['result']).toBe('deployed');
  expect(await imagesOf(world, run.outputs['task-definition-arn'] ?? '')).toEqual({
    app: run.outputs['image'],
    worker: run.outputs['image'],
    proxy: 'envoyproxy/envoy:v1',
    agent: `${host}/web@${agent}`,
  });
  const again = await world.deploy({ images: `worker=build\nagent=${host}/web:agent` });
  expect(again.outputs['result']).toBe('unchanged');
}, 60_000);

it.each([
  ['is not there', 'nothing', 'image-missing'],
  ['is for another platform', 'arm', 'image-platform'],
])(
  "another container's image that %s is refused before the build",
  async (_, tag, reason) => {
    await using world = await startDeployWorld({ builder, containers });
    world.fargate.images.put('web', { tags: ['arm'], platform: 'linux/arm64' });
    world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
    world.commit();
    const run = await world.deploy({ images: `agent=${world.fargate.registryHost}/web:${tag}` });
    expect(run.outputs).toMatchObject({ result: 'failed', reason });
    expect(run.log).not.toContain('Building');
  },
  60_000,
);

async function imagesOf({ fargate }: DeployWorld, taskDefinition: string) {
  const ecs = new ECSClient({
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const reply = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const definitions = reply.taskDefinition?.containerDefinitions ?? [];
  return Object.fromEntries(definitions.map(({ name, image }) => [name, image]));
}
