import { once } from 'node:events';
import { createServer } from 'node:http';
import { CreatePullThroughCacheRuleCommand, DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { digestOf } from '../../local/ecr/image-table.ts';
import { portOf } from '../../local/server/server.ts';
import { startWorld, type World } from './world.ts';

const child = JSON.stringify({ schemaVersion: 2, layers: [] });
const index = JSON.stringify({
  schemaVersion: 2,
  manifests: [
    { digest: digestOf(child), size: child.length, platform: { os: 'linux', architecture: 'amd64' } },
  ],
});
const stored: Readonly<Record<string, string>> = { '1': index, [digestOf(child)]: child };

/** A registry that has `team/proxy:1`, and a rule that makes ECR its cache under `hub/`. */
async function startUpstream(world: World) {
  const server = createServer((request, response) => {
    const body = stored[request.url?.replace('/v2/team/proxy/manifests/', '') ?? ''];
    const mediaType = `application/vnd.oci.image.${body === index ? 'index' : 'manifest'}.v1+json`;
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': mediaType }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ecr = new ECRClient({
    endpoint: world.fargate.endpoint,
    region: world.fargate.account.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await ecr.send(
    new CreatePullThroughCacheRuleCommand({
      ecrRepositoryPrefix: 'hub',
      upstreamRegistryUrl: `127.0.0.1:${portOf(server.address())}`,
    }),
  );
  return {
    ecr,
    image: `${world.fargate.registryHost}/hub/team/proxy:1`,
    [Symbol.asyncDispose]: async () => {
      const end = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await end;
    },
  };
}

it('an image of a pull-through cache is deployed as it is named, and by digest once it was pulled', async () => {
  await using world = await startWorld();
  await using upstream = await startUpstream(world);
  const { image } = upstream;
  const run = await world.deploy({ image });
  expect(run.outputs).toMatchObject({ result: 'deployed', image, 'image-digest': '' });
  expect(run.log).toMatch(
    /Warning: \S+ is not in ECR yet: the pull-through cache rule hub brings it from 127/,
  );

  const { imageDetails } = await upstream.ecr.send(
    new DescribeImagesCommand({ repositoryName: 'hub/team/proxy', imageIds: [{ imageTag: '1' }] }),
  );
  expect(imageDetails).toMatchObject([{ imageDigest: digestOf(index), imageTags: ['1'] }]);
  const again = await world.deploy({ image });
  expect(again.outputs).toMatchObject({ result: 'deployed', 'image-digest': digestOf(index) });
  expect(again.log).not.toContain('pull-through');
});

it('an image of another container may come by a pull-through cache', async () => {
  await using world = await startWorld();
  await using upstream = await startUpstream(world);
  const run = await world.deploy({ image: 'v2', images: `app=${upstream.image}`, 'container-name': 'app' });
  expect(run.outputs['reason']).toBe('input-invalid');
  const bound = await world.deploy({ images: `app=${upstream.image}`, build: 'false' });
  expect(bound.log).toMatch(/brings it from 127/);
});

it.each([
  // No rule is for it.
  ['team/web:1', 'none', 'repository-missing'],
  ['web:v9', 'none', 'image-missing'],
  // Nobody may know.
  ['team/web:1', 'denied', undefined],
  ['other:1', 'denied', 'repository-missing'],
  ['web:v9', 'denied', 'image-missing'],
])('%s with rules %s', async (name, rules, reason) => {
  await using world = await startWorld();
  if (rules === 'denied') {
    const operation = 'DescribePullThroughCacheRules';
    world.fargate.faults.add({ operation, fault: { kind: 'denied' }, times: 'always' });
  }
  const run = await world.deploy({ image: `${world.fargate.registryHost}/${name}` });
  // What nobody may look for is deployed, and ECS says in the end that it is not there.
  expect(run.outputs).toMatchObject(
    reason === undefined ? { result: 'rolled-back' } : { result: 'failed', reason },
  );
  expect(/CannotPullContainerError/.test(run.log)).toBe(reason === undefined);
  expect(/ecr:DescribePullThroughCacheRules/.test(run.log)).toBe(rules === 'denied');
});

it('an image without a scan is refused where one is asked for', async () => {
  await using world = await startWorld();
  await using upstream = await startUpstream(world);
  for (const image of [upstream.image, 'ghcr.io/team/web:1']) {
    const run = await world.deploy({ image, 'fail-on-severity': 'high' });
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'scan-unknown' });
  }
});

it('an image that is still replicated is waited for', async () => {
  await using world = await startWorld();
  const running = world.start({ image: 'v9', 'wait-for-image-minutes': '1' });
  await world.called('BatchGetImage');
  world.fargate.images.put('web', { tags: ['v9'] });
  const run = await running.finished;
  expect(run.outputs).toMatchObject({ result: 'deployed' });
  expect(run.log).toContain('has no image v9. Waiting for it, up to 1 min.');
});

it('what others deploy while an image is waited for is what is changed, and the way back', async () => {
  await using world = await startWorld({
    behave: (tag) => (tag.includes('@') ? { exit: { afterSeconds: 1, exitCode: 1 } } : {}),
  });
  const running = world.start({ image: 'v9', 'wait-for-image-minutes': '1' });
  await running.printed(/Waiting for it/);
  const other = await world.deploy({ image: 'v2', 'environment-variables': 'MODE=new' });
  expect(other.outputs).toMatchObject({ result: 'deployed' });
  world.fargate.images.put('web', { tags: ['v9'] });
  const run = await running.finished;
  const { taskDefinition } = await world.describeTaskDefinition('web:3');
  expect(taskDefinition?.containerDefinitions?.[0]?.environment).toEqual([{ name: 'MODE', value: 'new' }]);
  const previous = run.outputs['previous-task-definition-arn'];
  expect(previous).toBe(other.outputs['task-definition-arn']);
  expect(await world.settled()).toBe('v2');
});

it('an image that does not come is refused in the end', async () => {
  await using world = await startWorld();
  const run = await world.deploy({ image: 'v9', 'wait-for-image-minutes': '0.1' });
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'image-missing' });
  expect(world.fargate.calls.of('UpdateService')).toEqual([]);
});
