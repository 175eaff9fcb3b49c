import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import type { StepRun } from '../../scripts/runner.ts';
import { readable } from '../pure/rendered-summary.ts';
import { startRegistry } from './build-push-ground.ts';
import { builders, type TestBuilder } from './builders.ts';
import { type DeployWorld, type DeployWorldOptions, startDeployWorld } from './deploy-world.ts';
import { pushImage } from './push-image.ts';

const foreign = { accountId: '210987654321', region: 'eu-central-1' };
const foreignUri = '210987654321.dkr.ecr.eu-central-1.amazonaws.com/team/web';

/** A world with a registry in another account and region, in which `team/web` has one image under `v1`. */
async function startTwoRegistries(
  builder: TestBuilder,
  architectures: readonly string[],
  options: Partial<DeployWorldOptions> = {},
): Promise<{ readonly world: DeployWorld; readonly digest: string }> {
  const world = await startDeployWorld({ builder, otherRegistries: [foreign], ...options });
  const [other] = world.fargate.otherRegistries;
  if (other === undefined) throw new Error('There is no other registry');
  const ecr = new ECRClient({
    endpoint: world.fargate.endpoint,
    region: foreign.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'team/web', registryId: foreign.accountId }));
  const { password } = other.authorization.issue();
  const place = { host: other.host, repository: 'team/web', password };
  return { world, digest: await pushImage(place, 'v1', architectures) };
}

// A builder beside the engine has no part in it.
describe.each(builders.filter((one) => one.builder === undefined))('with $name', (builder) => {
  it.each([
    ['an index', ['amd64', 'arm64']],
    ['a single image', ['amd64']],
  ])(
    '%s of another account and region is copied, and deployed from there',
    async (_what, architectures) => {
      const { world, digest } = await startTwoRegistries(builder, architectures);
      await using _ = world;
      const asked = { image: `${foreignUri}:v1`, repository: 'web', tags: 'live' };

      const planned = await world.deploy({ ...asked, operation: 'plan' });
      const from = expect.stringContaining(`/team/web@${digest}`);
      expect(JSON.parse(planned.outputs['plan'] ?? '')).toMatchObject({
        image: { action: 'copy', from, digest: builder.hasBuildx ? digest : null },
      });
      expect(Object.keys(await world.tags())).toEqual(['first']);

      const run = await world.deploy(asked);
      const copy = run.outputs['image-digest'] ?? '';
      const image = `${world.fargate.registryHost}/web@${copy}`;
      expect(run.outputs).toMatchObject({ result: 'deployed', image });
      const { first: _first, ...tags } = await world.tags();
      expect(tags).toEqual({ [nameOfCopy(builder, digest)]: copy, v1: copy, live: copy });
      // What is deployed can be pulled from there, to its last layer.
      const stored = await world.stored('manifests', copy);
      const platforms = (stored.manifests ?? []).map(({ platform }) => platform.architecture);
      const isWhole = copy === digest && architectures.length > 1;
      expect(platforms).toEqual(isWhole ? architectures : []);
      for (const child of isWhole ? stored.manifests.map((one) => one.digest) : [copy]) {
        const { layers } = await world.stored('manifests', child);
        for (const layer of layers) await world.hasBlob(layer.digest);
      }
      expect(copy === digest || !builder.hasBuildx).toBe(true);
      expect(run.log.includes('copies one platform')).toBe(copy !== digest);
      expect(readable(run.summary)).toContain(
        `<td>Copied from</td><td><code>${world.fargate.otherRegistries[0]?.host}/`,
      );
      expect(readdirSync(world.temporary)).toEqual([]);

      const again = await world.deploy(asked);
      expect(again.outputs).toMatchObject({ result: 'unchanged', 'image-digest': copy });
      expect(again.log).toContain('nothing to copy');
    },
    120_000,
  );

  it('what a service of another registry runs is copied to that of the service', async () => {
    const registry = await startRegistry();
    await using world = await startDeployWorld({ builder });
    const { host, password } = registry;
    const digest = await pushImage({ host, repository: 'team/web', password }, 'v1', ['amd64']);
    await world.createService('source', `${host}/team/web@${digest}`);
    // As a login action leaves it.
    const folder = builder.env['DOCKER_CONFIG'] ?? '';
    const config = join(folder, 'config.json');
    mkdirSync(folder, { recursive: true });
    const auth = Buffer.from(`AWS:${password}`).toString('base64');
    writeFileSync(config, JSON.stringify({ auths: { [host]: { auth } } }));
    try {
      const run = await world.deploy({ image: 'service:staging/source' });
      expect(run.outputs).toMatchObject({
        result: 'deployed',
        image: expect.stringContaining(`${world.fargate.registryHost}/web@sha256:`),
      });
      expect((await world.tags())[nameOfCopy(builder, digest)]).toBe(run.outputs['image-digest']);
      rmSync(config);
      const refused = await world.deploy({
        image: 'service:staging/source',
        repository: 'else',
        'create-repository': 'true',
      });
      expect(refused.outputs).toMatchObject({ result: 'failed', reason: 'pull-denied' });
      expect(refused.log).toContain('its policy has to allow both too');
    } finally {
      rmSync(config, { force: true });
      await registry.close();
    }
  }, 120_000);
});

describe.each(builders.filter((one) => one.builder === undefined))(
  'for another platform, with $name',
  (builder) => {
    it('what was copied for one is not taken for it', async () => {
      const { world, digest } = await startTwoRegistries(builder, ['amd64', 'arm64']);
      await using _ = world;
      const asked = { image: `${foreignUri}:v1`, repository: 'web' };
      const one = await world.deploy(asked);
      const other = await world.deploy({ ...asked, 'cpu-architecture': 'ARM64' });
      expect(other.outputs['result']).toBe('deployed');
      // The whole index, or the image of the one platform. An engine that has both platforms pushes the index, too.
      const isWhole = (run: StepRun): boolean => digestOf(run) === digest;
      expect((isWhole(one) && isWhole(other)) || !builder.hasBuildx).toBe(true);
      expect(await architectureOf(world, one)).toBe(isWhole(one) ? undefined : 'amd64');
      expect(await architectureOf(world, other)).toBe(isWhole(other) ? undefined : 'arm64');
      const names = Object.values(await world.tags());
      expect(names).toEqual(expect.arrayContaining([digestOf(one), digestOf(other)]));
    }, 120_000);

    it('an image from outside of ECR is refused', async () => {
      const registry = await startRegistry({ isOpen: true });
      await using world = await startDeployWorld({ builder });
      try {
        const { host } = registry;
        const digest = await pushImage({ host, repository: 'team/web' }, 'v1', ['arm64']);
        const run = await world.deploy({ image: `${host}/team/web@${digest}`, repository: 'web' });
        expect(run.outputs).toMatchObject({ result: 'failed', reason: 'image-platform' });
      } finally {
        await registry.close();
      }
    }, 120_000);
  },
);

/** Without buildx it is a copy of one platform. */
function nameOfCopy({ hasBuildx }: TestBuilder, digest: string): string {
  return `copy-of-${digest.slice(7, 23)}${hasBuildx ? '' : '-linux-amd64'}`;
}

function digestOf({ outputs }: StepRun): string {
  return outputs['image-digest'] ?? '';
}

/** Undefined for an index. */
async function architectureOf(world: DeployWorld, run: StepRun): Promise<unknown> {
  const { config } = await world.stored('manifests', digestOf(run));
  return config && Object(await world.stored('blobs', config.digest)).architecture;
}

const [first] = builders;
if (first === undefined) throw new Error('There is no builder');

describe('is refused before anything is copied:', () => {
  it.each<[string, Readonly<Record<string, string>>, string, RegExp]>([
    [
      'an image that is not there',
      { image: `${foreignUri}:v2`, repository: 'web' },
      'image-missing',
      /has no image v2/,
    ],
    [
      'an image for another platform',
      { image: `${foreignUri}:v1`, repository: 'web', 'cpu-architecture': 'ARM64' },
      'image-platform',
      / is for linux\/amd64/,
    ],
    [
      'a repository that is missing',
      { image: `${foreignUri}:v1`, repository: 'else' },
      'repository-missing',
      /The repository else doesn't exist in ECR/,
    ],
    [
      'an image outside of ECR by its tag',
      { image: 'ghcr.io/team/web:v1', repository: 'web' },
      'input-invalid',
      /takes its digest instead of its tag/,
    ],
  ])(
    '%s',
    async (_what, asked, reason, message) => {
      const { world } = await startTwoRegistries(first, ['amd64']);
      await using _ = world;
      const run = await world.deploy(asked);
      const said = expect.stringMatching(message);
      expect(run.outputs).toMatchObject({ result: 'failed', reason, message: said });
      expect(world.fargate.calls.of('GetAuthorizationToken')).toEqual([]);
    },
    60_000,
  );

  it('an image that another account does not let us read', async () => {
    const { world } = await startTwoRegistries(first, ['amd64']);
    await using _ = world;
    const denied = { service: 'ecr', fault: { kind: 'denied' }, times: 'always' } as const;
    world.fargate.faults.add({ ...denied, operation: 'BatchGetImage' });
    const run = await world.deploy({ image: `${foreignUri}:v1`, repository: 'web' });
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'pull-denied' });
    expect(run.log).toContain('its policy has to allow both too');
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
  }, 60_000);
});

it('an image of another account is deployed without its repository being described', async () => {
  const { world } = await startTwoRegistries(first, ['amd64']);
  await using _ = world;
  const denied = { service: 'ecr', fault: { kind: 'denied' }, times: 'always' } as const;
  world.fargate.faults.add({ ...denied, operation: 'DescribeRepositories' });
  const run = await world.deploy({ image: `${foreignUri}:v1` });
  expect(run.outputs).toMatchObject({
    result: 'deployed',
    image: expect.stringContaining(`${foreignUri}@sha256:`),
  });
}, 60_000);
