import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { startRegistry, type TestRegistry } from './build-push-ground.ts';
import { builders } from './builders.ts';
import { startDeployWorld } from './deploy-world.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

it.each(builders)(
  'a repository outside of ECR uses the logins that are there ($name)',
  async (builder) => {
    await using world = await startDeployWorld({ builder });
    world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
    world.commit();
    // As a login action leaves it.
    const own = builder.env['DOCKER_CONFIG'] ?? '';
    const config = join(own, 'config.json');
    const auth = Buffer.from(`${registry.username}:${registry.password}`).toString('base64');
    const text = JSON.stringify({ auths: { [registry.host]: { auth } } });
    mkdirSync(own, { recursive: true });
    writeFileSync(config, text);
    try {
      const run = await world.deploy({ repository: `${registry.host}/team/web` });
      expect(run.outputs['result']).toBe('deployed');
      expect(run.outputs['image']).toMatch(new RegExp(`^${registry.host}/team/web@sha256:[0-9a-f]{64}$`));
      expect(run.printed).not.toContain(registry.password);
      const asked = world.fargate.calls.of('DescribeRepositories').map(({ input }) => input);
      expect(JSON.stringify(asked)).not.toContain('team/web');
      expect(readFileSync(config, 'utf8')).toBe(text);
      expect(readdirSync(world.temporary)).toEqual([]);
    } finally {
      rmSync(config);
    }
  },
  60_000,
);

it.each(builders)(
  'a repository of another account and region is pushed to with a password of that region ($name)',
  async (builder) => {
    const account = { accountId: '210987654321', region: 'eu-central-1' };
    await using world = await startDeployWorld({ builder, otherRegistries: [account] });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const ecr = new ECRClient({ endpoint: world.fargate.endpoint, region: account.region, credentials });
    const place = { repositoryName: 'team/web', registryId: account.accountId };
    await ecr.send(new CreateRepositoryCommand(place));
    world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
    world.commit();
    const repository = '210987654321.dkr.ecr.eu-central-1.amazonaws.com/team/web';
    const run = await world.deploy({ repository });
    const [other] = world.fargate.otherRegistries;
    expect(run.outputs['result']).toBe('deployed');
    expect(run.outputs['image']).toMatch(new RegExp(`^${other?.host}/team/web@sha256:[0-9a-f]{64}$`));
    expect(await other?.images.list('team/web')).not.toEqual([]);
  },
  60_000,
);

it.each(builders)(
  'the password of ECR is on no command line and in no file afterwards ($name)',
  async (builder) => {
    await using world = await startDeployWorld({ builder });
    world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
    world.commit();
    const seen = new Set<string>();
    const watch = setInterval(() => {
      for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
        try {
          seen.add(readFileSync(`/proc/${name}/cmdline`, 'utf8'));
        } catch {
          // It has ended.
        }
      }
    }, 25);
    const run = await world.deploy();
    clearInterval(watch);
    expect(run.outputs['result']).toBe('deployed');
    const password = /^::add-mask::(\S{40,})$/m.exec(run.printed)?.[1] ?? 'no mask';
    expect([...seen].filter((line) => line.includes('docker'))).not.toEqual([]);
    expect([...seen].filter((line) => line.includes(password))).toEqual([]);
    expect(run.printed.split(password)).toHaveLength(2);
    expect(readdirSync(world.temporary)).toEqual([]);
  },
  60_000,
);
