import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { builders } from './builders.ts';
import { type DeployWorld, startDeployWorld } from './deploy-world.ts';

const dockerfile = 'FROM scratch\nARG COLOUR=red\nLABEL colour=$COLOUR\nCOPY . /app/\n';
const files = {
  Dockerfile: dockerfile,
  '.dockerignore': 'notes\n*.log\n',
  'app.txt': 'one\n',
  '.gitignore': 'made\n*.log\n',
};
const isBuilt = /The image is already in the registry; nothing to build/;

describe.each(builders)('a build with $name', (builder) => {
  it('is found again by its commit, and nothing is deployed', async () => {
    await using world = await startDeployWorld({ builder });
    world.write(files);
    const commit = world.commit();
    const first = await world.deploy({ tags: 'v1' });
    expect(endOf(first)).toEqual(['deployed', undefined]);
    const digest = first.outputs['image-digest'] ?? '';
    const before = await world.tags();
    expect(before).toEqual({
      first: expect.any(String),
      [commit]: digest,
      [identityIn(before, commit)]: digest,
      v1: digest,
    });

    const again = await world.deploy({ tags: 'v1' }, { DOCKER_HOST: 'unix:///not/there.sock' });
    expect(endOf(again)).toEqual(['unchanged', undefined]);
    expect(again.log).toMatch(isBuilt);
    expect(again.outputs['image']).toBe(first.outputs['image']);
    expect(await world.tags()).toEqual(before);
    expect(world.fargate.calls.of('RegisterTaskDefinition')).toHaveLength(2);
  }, 60_000);
});

const [builder] = builders;
if (builder === undefined) throw new Error('There is no builder');

describe('a build', () => {
  it('gives an image that is there the tags that it lacks', async () => {
    await using world = await startDeployWorld({ builder });
    world.write(files);
    world.commit();
    const first = await world.deploy();
    const again = await world.deploy({ tags: 'latest\nv2' });
    const digest = first.outputs['image-digest'];
    expect(endOf(again)).toEqual(['unchanged', undefined]);
    expect(await world.tags()).toMatchObject({ latest: digest, v2: digest });
  }, 60_000);

  it.each<[string, (world: DeployWorld) => void, Readonly<Record<string, string>>, RegExp]>([
    [
      'a file was changed',
      (world) => world.write({ 'app.txt': 'two\n' }),
      {},
      /app\.txt differs from the commit/,
    ],
    ['a file was made', (world) => world.write({ 'new.txt': '' }), {}, /new\.txt is not in the commit/],
    [
      'a file was made that git ignores',
      (world) => world.write({ made: '' }),
      {},
      /made is not in the commit/,
    ],
    [
      'the Dockerfile was changed',
      (world) => world.write({ Dockerfile: `${dockerfile}USER 1\n` }),
      {},
      /Dockerfile/,
    ],
    ['rebuild is true', () => undefined, { rebuild: 'true' }, /rebuild is true/],
    ['no-cache is true', () => undefined, { 'no-cache': 'true' }, /no-cache is true/],
  ])(
    'is made anew, under a name of its own, when %s',
    async (_, change, inputs, why) => {
      await using world = await startDeployWorld({ builder });
      world.write(files);
      const commit = world.commit();
      await world.deploy();
      const before = await world.tags();
      change(world);
      for (const round of [1, 2]) {
        const again = await world.deploy(inputs);
        expect(again.exitCode).toBe(0);
        expect(again.log).toMatch(why);
        expect(again.log).not.toMatch(isBuilt);
        const identities = Object.keys(await world.tags()).filter((tag) => tag.startsWith(`${commit}-`));
        expect(identities).toHaveLength(1 + round);
      }
      // What ran keeps its name: no lifecycle rule for untagged images takes it.
      expect(await world.tags()).toMatchObject({ [identityIn(before, commit)]: before[commit] });
    },
    60_000,
  );

  it('is not made anew for a file that Docker does not take', async () => {
    await using world = await startDeployWorld({ builder });
    world.write(files);
    world.commit();
    await world.deploy();
    world.write({ notes: 'x', 'a.log': 'x' });
    expect((await world.deploy()).log).toMatch(isBuilt);
  }, 60_000);

  it('is another one with other inputs', async () => {
    await using world = await startDeployWorld({ builder });
    world.write(files);
    const commit = world.commit();
    const red = await world.deploy();
    const blue = await world.deploy({ 'build-args': 'COLOUR=blue' });
    expect(blue.log).not.toMatch(isBuilt);
    expect(blue.outputs['image-digest']).not.toBe(red.outputs['image-digest']);
    const back = await world.deploy();
    expect(back.log).toMatch(isBuilt);
    expect(back.outputs).toMatchObject({ result: 'deployed', image: red.outputs['image'] });
    expect((await world.tags())[commit]).toBe(red.outputs['image-digest']);
  }, 60_000);
});

it('of files that no commit has keeps a name when a tag moves on', async () => {
  await using world = await startDeployWorld({ builder });
  world.write(files);
  const first = await world.deploy({ tags: 'latest' });
  expect(endOf(first)).toEqual(['deployed', undefined]);
  expect(first.log).toContain('the workspace is in a git repository without a readable commit');
  world.write({ 'app.txt': 'two\n' });
  const second = await world.deploy({ tags: 'latest' });
  const { first: _first, latest, ...own } = await world.tags();
  expect(latest).toBe(second.outputs['image-digest']);
  expect(new Set(Object.values(own))).toEqual(
    new Set([first, second].map(({ outputs }) => outputs['image-digest'])),
  );
  for (const tag of Object.keys(own)) expect(tag).toMatch(/^build-[0-9a-f]{16}$/);
}, 60_000);

describe('a build of several repositories', () => {
  const inner = (world: DeployWorld, path: string, own: Readonly<Record<string, string>>): string => {
    const at = join(world.workspace, path);
    world.write(Object.fromEntries(Object.entries(own).map(([name, text]) => [`${path}/${name}`, text])));
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-C', at, ...args], {
        encoding: 'utf8',
      });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-q', '-m', 'Inside');
    return git('rev-parse', 'HEAD').trim();
  };

  it.each<[string, Readonly<Record<string, string>>]>([
    ['as the context', { context: 'made' }],
    ['in the context', { context: '.', file: 'made/Dockerfile' }],
    ['as a further context', { 'build-contexts': 'lib=made' }],
  ])(
    'is another with another commit of the one %s',
    async (_, inputs) => {
      // Plain Docker and older engines have no further contexts.
      await using world = await startDeployWorld({ builder: builders.at(-1) ?? builder });
      world.write({ ...files, Dockerfile: 'FROM scratch\nCOPY --from=lib . /app/\n' });
      const outer = world.commit();
      const commits = [];
      const digests = [];
      for (const text of ['one', 'two']) {
        commits.push(inner(world, 'made', { Dockerfile: 'FROM scratch\nCOPY . /app/\n', 'b.txt': text }));
        const run = await world.deploy(inputs);
        expect([run.log, run.exitCode]).toEqual([run.log, 0]);
        expect(run.log).not.toMatch(isBuilt);
        digests.push(run.outputs['image-digest']);
        expect((await world.deploy(inputs)).log).toMatch(isBuilt);
      }
      expect(new Set(digests).size).toBe(2);
      const tags = Object.keys(await world.tags());
      const named = inputs['context'] === 'made' ? commits : [outer];
      expect(tags).toEqual(expect.arrayContaining(named));
      expect(tags.filter((tag) => /-[0-9a-f]{8}$/.test(tag))).toHaveLength(2);
    },
    120_000,
  );
});

describe.each(builders)('an ignore file for the Dockerfile with $name', (each) => {
  it('counts where it is read', async () => {
    await using world = await startDeployWorld({ builder: each });
    world.write({ ...files, 'Dockerfile.dockerignore': 'left-out\n' });
    world.commit();
    const first = await world.deploy();
    expect(endOf(first)).toEqual(['deployed', undefined]);
    world.write({ 'left-out': 'one' });
    const second = await world.deploy();
    const isSame = second.outputs['image-digest'] === first.outputs['image-digest'];
    expect({ log: second.log, isSame }).toEqual({ log: second.log, isSame: each.hasBuildx });
    expect(isBuilt.test(second.log)).toBe(each.hasBuildx);
    expect(/docker build without buildx doesn't read \S*Dockerfile\.dockerignore/.test(second.log)).toBe(
      !each.hasBuildx,
    );
  }, 120_000);
});

describe('an immutable repository', () => {
  it.each([
    ['a re-run', {}],
    ['a build that is forced', { rebuild: 'true' }],
  ])(
    'takes %s',
    async (_, inputs) => {
      await using world = await startDeployWorld({
        builder,
        repository: { imageTagMutability: 'IMMUTABLE' },
      });
      world.write(files);
      const commit = world.commit();
      const first = await world.deploy({ tags: 'v1' });
      const again = await world.deploy({ tags: 'v1', ...inputs });
      expect([first.exitCode, again.exitCode]).toEqual([0, 0]);
      const digest = first.outputs['image-digest'];
      expect(await world.tags()).toMatchObject({ v1: digest, [commit]: digest });
    },
    60_000,
  );

  it('lets excepted tags move, and deploys though others stay', async () => {
    const repository = {
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' as const,
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD' as const, filter: 'latest*' }],
    };
    await using world = await startDeployWorld({ builder, repository });
    world.write(files);
    world.commit();
    const first = await world.deploy({ tags: 'latest\nv1' });
    world.write({ 'app.txt': 'two\n' });
    world.commit();
    const second = await world.deploy({ tags: 'latest\nv1' });
    expect(endOf(second)).toEqual(['deployed', undefined]);
    expect(second.log).toContain('The tag v1 stays with another image');
    expect(await world.tags()).toMatchObject({
      latest: second.outputs['image-digest'],
      v1: first.outputs['image-digest'],
    });
  }, 60_000);
});

it('a tag that moved while it was built is told, and what was pushed is deployed', async () => {
  await using world = await startDeployWorld({ builder });
  world.write(files);
  world.commit();
  const step = world.start({ tags: 'latest' });
  await step.printed(/ digest: sha256:/);
  const other = world.fargate.images.put('web', { tags: ['latest'] });
  const run = await step.finished;
  expect(run.log).toContain(`The tag latest now points to ${other}`);
  expect(run.outputs['image']).not.toContain(other);
  expect(run.exitCode).toBe(0);
}, 60_000);

function endOf({ outputs, annotations }: Awaited<ReturnType<DeployWorld['deploy']>>) {
  return [outputs['result'], annotations.find(({ level }) => level === 'error')];
}

function identityIn(tags: Readonly<Record<string, string>>, commit: string): string {
  const found = Object.keys(tags).filter(
    (tag) => /^-[0-9a-f]{8}$/.test(tag.slice(commit.length)) && tag.startsWith(commit),
  );
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}
