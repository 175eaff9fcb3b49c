import type { Document } from '../../local/server/operation.ts';
import type { World } from './ecs-world.ts';
import { createWorld, items, text } from './ecs-world.ts';

const volumeConfigurations = [
  { name: 'data', managedEBSVolume: { roleArn: 'arn:aws:iam::123456789012:role/ebs', sizeInGiB: 10 } },
];
const serviceConnectConfiguration = {
  enabled: true,
  namespace: 'internal',
  services: [{ portName: 'http' }],
};
const vpcLatticeConfigurations = [
  { roleArn: 'arn:aws:iam::123456789012:role/lattice', targetGroupArn: 'arn:tg', portName: 'http' },
];
const given = { volumeConfigurations, serviceConnectConfiguration, vpcLatticeConfigurations };
const members = Object.keys(given);

/** A service with these settings whose first deployment is done. */
async function serve(settings: Document = {}): Promise<World> {
  const world = await createWorld();
  await world.create(await world.register(''), settings);
  await world.pass(120);
  return world;
}

/** What the newest deployment and its service revision show of these settings. */
async function shown(world: World): Promise<{ readonly deployment: Document; readonly revision: Document }> {
  const service = await world.service();
  expect(members.filter((member) => member in service)).toEqual([]);
  const { serviceDeployments } = await world.call('ListServiceDeployments', { service: 'web' });
  const [newest = {}] = items({ serviceDeployments }, 'serviceDeployments');
  const serviceRevisionArns = [text(newest, 'targetServiceRevisionArn')];
  const answer = await world.call('DescribeServiceRevisions', { serviceRevisionArns });
  const of = (document: Document): Document =>
    Object.fromEntries(members.map((member) => [member, document[member]]));
  return {
    deployment: of(items(service, 'deployments')[0] ?? {}),
    revision: of(items(answer, 'serviceRevisions')[0] ?? {}),
  };
}

/** How many there were; a new one is seen a little later. */
async function rollouts(world: World): Promise<number> {
  await world.pass(10);
  return (await world.rollouts()).length;
}

it('of a new service are shown by its deployment and its revision, not by the service', async () => {
  const world = await serve(given);
  expect(await shown(world)).toEqual({ deployment: given, revision: given });
});

it('begin a deployment with an update that changes them, and are shown then', async () => {
  const world = await serve();
  await world.update(given);
  expect(await rollouts(world)).toBe(2);
  expect(await shown(world)).toEqual({ deployment: given, revision: given });
});

it.each(members)('%s that is the same begins no deployment', async (member) => {
  const world = await serve(given);
  await world.update({ [member]: given[member as keyof typeof given] });
  expect(await rollouts(world)).toBe(1);
});

it("an empty list, as AWS's own deploy action sends with each update, changes nothing of a service without", async () => {
  const world = await serve();
  await world.update({ volumeConfigurations: [], vpcLatticeConfigurations: [] });
  expect(await rollouts(world)).toBe(1);
  await world.update({ volumeConfigurations: [], forceNewDeployment: true });
  expect(await rollouts(world)).toBe(2);
  expect(await shown(world)).toMatchObject({ deployment: { volumeConfigurations: [] } });
});

it('an empty list clears, what is left out stays', async () => {
  const world = await serve(given);
  await world.update({ volumeConfigurations: [] });
  expect(await rollouts(world)).toBe(2);
  const cleared = { ...given, volumeConfigurations: [] };
  expect(await shown(world)).toEqual({ deployment: cleared, revision: cleared });
  await world.update({ vpcLatticeConfigurations: [], forceNewDeployment: true });
  await world.pass(10);
  expect(await shown(world)).toMatchObject({
    revision: { ...cleared, vpcLatticeConfigurations: [], serviceConnectConfiguration },
  });
});

it('come back with a rollback', async () => {
  const world = await serve(given);
  await world.update({
    taskDefinition: await world.register('exit 1'),
    volumeConfigurations: [],
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  await world.pass(300);
  expect((await world.rollouts())[0]).toMatch(/^ROLLBACK_SUCCESSFUL/);
  const [deployment = {}] = items(await world.service(), 'deployments');
  expect(deployment).toMatchObject(given);
  // The service has them again: to give them once more changes nothing.
  const before = await rollouts(world);
  await world.update(given);
  expect(await rollouts(world)).toBe(before);
});

it('monitoring is shown by the revision alone', async () => {
  const world = await serve();
  const service = await world.update({ monitoring: {} });
  expect(service).not.toHaveProperty('monitoring');
  expect(items(service, 'deployments')[0]).not.toHaveProperty('monitoring');
  expect(await rollouts(world)).toBe(2);
  const [newest = {}] = items(
    await world.call('ListServiceDeployments', { service: 'web' }),
    'serviceDeployments',
  );
  const serviceRevisionArns = [text(newest, 'targetServiceRevisionArn')];
  expect(await world.call('DescribeServiceRevisions', { serviceRevisionArns })).toMatchObject({
    serviceRevisions: [{ monitoring: {} }],
  });
});

it('an update changes no setting that only CreateService has', async () => {
  const world = await serve();
  await world.update({ launchType: 'EC2', schedulingStrategy: 'DAEMON', desiredCount: 2 });
  expect(await world.service()).toMatchObject({
    launchType: 'FARGATE',
    schedulingStrategy: 'REPLICA',
    desiredCount: 2,
  });
});
