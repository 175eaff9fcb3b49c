import { startWorld } from './world.ts';

const promote = { service: 'shop', image: 'service:staging/web' };

it.concurrent('deploys what another service runs, by digest, with its commit', async () => {
  await using world = await startWorld({ services: ['shop'], speed: 40 });
  const commit = '2'.repeat(40);
  const digest = world.fargate.images.put('web', { tags: [commit] });
  await world.deploy({ image: commit });
  const planned = await world.deploy({ ...promote, operation: 'plan' });
  expect(planned.outputs).toMatchObject({ result: 'planned', 'image-digest': digest });
  const run = await world.deploy(promote);
  expect(run.outputs).toMatchObject({ result: 'deployed', 'image-digest': digest });
  expect(run.log).toContain(
    `staging/web runs ${world.fargate.registryHost}/web@${digest}, built from ${commit}`,
  );
  expect(run.summary).toContain(commit.slice(0, 12));
  const again = await world.deploy(promote);
  expect(again.outputs.result).toBe('unchanged');
});

it.concurrent('takes the digest that runs where the image is named by tag', async () => {
  await using world = await startWorld({ services: ['shop'], imageByTag: true, speed: 40 });
  const ran = world.fargate.images.find('web', 'v1');
  const run = await world.deploy(promote);
  expect(run.outputs).toMatchObject({ result: 'deployed', 'image-digest': ran });
});

it.concurrent('reads a service that is named by its ARN in the region of the ARN', async () => {
  await using world = await startWorld({ services: ['shop'], speed: 40 });
  const arn = 'arn:aws:ecs:eu-central-1:123456789012:service/staging/web';
  const digest = world.fargate.images.find('web', 'v1');
  const run = await world.deploy({ service: 'shop', image: `service:${arn}`, operation: 'plan' });
  expect(run.outputs).toMatchObject({ result: 'planned', 'image-digest': digest });
  const [first, second] = world.fargate.calls
    .of('DescribeServices')
    .filter(({ userAgent }) => userAgent.includes('md/nodejs'))
    .slice(-2);
  expect(first).toMatchObject({ region: 'eu-central-1', input: { services: ['web'] } });
  expect(second).toMatchObject({ region: 'eu-west-1', input: { services: ['shop'] } });
});

it.concurrent('refuses what has not proven itself', async () => {
  await using world = await startWorld({
    services: ['shop'],
    speed: 40,
    behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 3, lastLines: [] } }, v3: { pullSeconds: 6000 } },
  });
  await world.deploy({ image: 'v2' });
  const failed = await world.deploy(promote);
  expect(failed.outputs).toMatchObject({ result: 'failed', reason: 'promotion-refused' });
  expect(failed.outputs.message).toMatch(/its last deployment ended as ROLLBACK_SUCCESSFUL/);
  const step = world.start({ image: 'v3', 'wait-for-service-stability': 'false' });
  expect((await step.finished).outputs.result).toBe('started');
  const inFlight = await world.deploy(promote);
  expect(inFlight.outputs.message).toMatch(/is in flight/);
});

it.concurrent('takes a bare digest, as an output between jobs hands it over', async () => {
  await using world = await startWorld({ services: ['shop'], speed: 40 });
  const digest = world.fargate.images.find('web', 'v2') ?? '';
  const run = await world.deploy({ service: 'shop', image: digest });
  expect(run.outputs).toMatchObject({ result: 'deployed', 'image-digest': digest });
});

it.concurrent('says that an image which the repository has gets no more tags', async () => {
  await using world = await startWorld({ speed: 40 });
  const { registryHost } = world.fargate;
  for (const repository of ['web', `${registryHost}/web`]) {
    const image = `${registryHost}/web:v2`;
    const run = await world.deploy({ image, repository, tags: 'live', operation: 'plan' });
    expect(run.outputs).toMatchObject({ result: 'planned', image: expect.stringContaining('/web@sha256:') });
    expect(run.log).toContain("it isn't copied, and isn't tagged as live.");
  }
});
