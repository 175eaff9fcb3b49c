import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { startRegistry, type TestRegistry } from './build-push-ground.ts';
import { builders } from './builders.ts';
import { startDeployWorld } from './deploy-world.ts';
import { pushImage } from './push-image.ts';

const [builder] = builders;
if (builder === undefined) throw new Error('There is no builder');

it('an image that exists, for another platform, is refused by what its configuration says', async () => {
  await using world = await startDeployWorld({ builder });
  world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
  world.commit();
  const built = await world.deploy({ tags: 'v1' });
  expect(built.outputs['result']).toBe('deployed');
  const run = await world.deploy({ image: 'v1', 'cpu-architecture': 'ARM64' });
  expect(run.outputs).toMatchObject({
    result: 'failed',
    reason: 'image-platform',
    message: expect.stringMatching(
      /@sha256:[0-9a-f]{64} is for linux\/amd64, and the task definition runs on linux\/arm64\.$/,
    ),
  });
  world.fargate.images.put('web', { tags: ['index'], platform: ['linux/amd64', 'linux/arm64'] });
  const index = await world.deploy({ image: 'index', 'cpu-architecture': 'ARM64' });
  expect(index.outputs['result']).toBe('deployed');
  expect(world.fargate.calls.of('UpdateService')).toHaveLength(2);
}, 60_000);

describe('an image that was pushed under the name of this build', () => {
  it.each<[string, readonly string[]]>([
    ['a single image', ['arm64']],
    ['an index', ['arm64', 's390x']],
  ])(
    'for another platform is not taken for it: %s',
    async (_what, architectures) => {
      await using world = await startDeployWorld({ builder });
      world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
      const commit = world.commit();
      const first = await world.deploy();
      const own = Object.keys(await world.tags()).find((tag) => tag.startsWith(`${commit}-`)) ?? '';
      const token = await world.ecr.send(new GetAuthorizationTokenCommand({}));
      const login = Buffer.from(token.authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
      const password = login.slice('AWS:'.length);
      await pushImage({ host: world.fargate.registryHost, repository: 'web', password }, own, architectures);
      const again = await world.deploy();
      expect(again.log).toMatch(/but it can't be used: .* Building it again\./);
      expect(again.outputs).toMatchObject({ result: 'unchanged', image: first.outputs['image'] });
      expect(await world.tags()).toMatchObject({ [own]: first.outputs['image-digest'] });
    },
    60_000,
  );
});

describe('an image made of one for another platform', () => {
  let registry: TestRegistry;
  let name = '';
  beforeAll(async () => {
    registry = await startRegistry({ isOpen: true });
    await pushImage({ host: registry.host, repository: 'foreign' }, '1', ['arm64']);
    name = `${registry.host}/foreign:1`;
  });
  afterAll(() => registry.close());

  it.each(builders.filter(({ hasBuildx }) => !hasBuildx))(
    'is not deployed with $name',
    async (each) => {
      await using world = await startDeployWorld({ builder: each });
      world.write({ Dockerfile: `FROM ${name}\nCOPY . /app/\n` });
      world.commit();
      // Nor by a run that finds what the first one left.
      for (const run of [await world.deploy(), await world.deploy()]) {
        // The current engine refuses to build it.
        const reason = expect.stringMatching(/^(image-platform|build-failed)$/);
        expect(run.outputs).toMatchObject({ result: 'failed', reason });
      }
      expect(world.fargate.calls.of('UpdateService')).toEqual([]);
      expect(Object.keys(await world.tags())).toEqual(['first']);
    },
    60_000,
  );

  // BuildKit writes the requested platform into the image, whatever is in it; newer versions warn about it.
  it.each(builders.filter(({ hasImageStore }) => hasImageStore))(
    'is warned of with $name',
    async (each) => {
      await using world = await startDeployWorld({ builder: each });
      world.write({ Dockerfile: `FROM ${name}\nCOPY . /app/\n` });
      world.commit();
      const run = await world.deploy();
      const warnings = run.annotations
        .filter(({ level }) => level === 'warning')
        .map(({ message }) => message);
      expect(warnings).toEqual([
        expect.stringMatching(/was pulled with platform "linux\/arm64", expected "linux\/amd64"/),
      ]);
    },
    60_000,
  );
});
