import { createHash } from 'node:crypto';
import { tar } from '../../local/runtime/tar.ts';
import { startRegistry, type TestRegistry } from './build-push-ground.ts';
import { builders } from './builders.ts';
import { startDeployWorld } from './deploy-world.ts';

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
      /@sha256:[0-9a-f]{64} is an image for linux\/amd64, and the task definition runs on linux\/arm64\.$/,
    ),
  });
  world.fargate.images.put('web', { tags: ['index'], platform: ['linux/amd64', 'linux/arm64'] });
  const index = await world.deploy({ image: 'index', 'cpu-architecture': 'ARM64' });
  expect(index.outputs['result']).toBe('deployed');
  expect(world.fargate.calls.of('UpdateService')).toHaveLength(2);
}, 60_000);

describe('an image made of one for another platform', () => {
  let registry: TestRegistry;
  let name = '';
  beforeAll(async () => {
    registry = await startRegistry({ isOpen: true });
    name = await pushForeignImage(registry);
  });
  afterAll(() => registry.close());

  it.each(builders.filter(({ hasBuildx }) => !hasBuildx))(
    'is not deployed with $name',
    async (each) => {
      await using world = await startDeployWorld({ builder: each });
      world.write({ Dockerfile: `FROM ${name}\nCOPY . /app/\n` });
      world.commit();
      const run = await world.deploy();
      // The current engine refuses to build it.
      const reason = expect.stringMatching(/^(image-platform|build-failed)$/);
      expect(run.outputs).toMatchObject({ result: 'failed', reason });
      expect(world.fargate.calls.of('UpdateService')).toEqual([]);
    },
    60_000,
  );

  // BuildKit writes the platform that was asked for into the image, whatever is in it; the newer ones say so.
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

/** An image for ARM with nothing in it that runs. Answers with its name. */
async function pushForeignImage({ host }: TestRegistry): Promise<string> {
  const push = async (content: Buffer): Promise<{ readonly digest: string; readonly size: number }> => {
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    const begun = await fetch(`http://${host}/v2/foreign/blobs/uploads/`, { method: 'POST' });
    const url = new URL(begun.headers.get('location') ?? '', `http://${host}`);
    url.searchParams.set('digest', digest);
    const ended = await fetch(url, { method: 'PUT', body: new Uint8Array(content) });
    expect(ended.status).toBe(201);
    return { digest, size: content.length };
  };
  const layer = await push(tar([{ name: 'etc', directory: true }]));
  const config = {
    architecture: 'arm64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  };
  const type = 'application/vnd.oci.image';
  const manifest = {
    schemaVersion: 2,
    mediaType: `${type}.manifest.v1+json`,
    config: { mediaType: `${type}.config.v1+json`, ...(await push(Buffer.from(JSON.stringify(config)))) },
    layers: [{ mediaType: `${type}.layer.v1.tar`, ...layer }],
  };
  const put = await fetch(`http://${host}/v2/foreign/manifests/1`, {
    method: 'PUT',
    headers: { 'content-type': manifest.mediaType },
    body: JSON.stringify(manifest),
  });
  expect(put.status).toBe(201);
  return `${host}/foreign:1`;
}
