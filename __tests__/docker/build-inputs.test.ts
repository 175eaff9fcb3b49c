import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { useBaseImage } from './build-push-ground.ts';
import { builders, type TestBuilder } from './builders.ts';
import { startDeployWorld } from './deploy-world.ts';

const base = useBaseImage();

describe.each(builders)('a build with $name', (builder) => {
  it('starts no workflow command, whatever it prints', async () => {
    await using world = await startDeployWorld({ builder });
    const hostile = [
      '::error::obeyed',
      '##[error]obeyed',
      '::add-path::/obeyed',
      '::add-mask::e',
      '::endgroup::',
    ];
    const prints = hostile
      .map((line) => `echo '${line}'; printf '\\r${line}\\n'; echo ' ${line}' >&2`)
      .join('; ');
    world.write({ Dockerfile: `FROM ${base()}\nRUN ${prints}; exit 3\n` });
    world.commit();
    const run = await world.deploy({ 'no-cache': 'true' });
    expect(run.printed).toContain('error::obeyed');
    const lines = run.printed.split(/\r\n|[\r\n]/);
    const ours =
      /^::(group|endgroup|add-mask|notice|debug|error title=fargate-deploy%3A failed,file=Dockerfile,line=2)::/;
    expect(lines.filter((line) => /^\s*::|##\[/.test(line) && !ours.test(line))).toEqual([]);
    expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(run.log).toContain('error::obeyed');
  }, 60_000);

  const able = builder.hasBuildx ? it : it.skip;
  able(
    'gets its secrets, and shows none',
    async () => {
      await using world = await startDeployWorld({ builder });
      world.write({
        Dockerfile: `# syntax-free\nFROM ${base()}\nRUN --mount=type=secret,id=one --mount=type=secret,id=two --mount=type=secret,id=three cat /run/secrets/one /run/secrets/two /run/secrets/three; sha256sum /run/secrets/* > /sums; env | grep -c FARGATE_DEPLOY || true; cat /sums\n`,
        'two.txt': 'from-a-file-4711\n',
      });
      world.commit();
      const run = await world.deploy(
        {
          'no-cache': 'true',
          'build-secrets': '"one=first-line-0815\nsecond-line-0816"',
          'build-secret-files': 'two=two.txt',
          'build-secret-envs': 'three=THIRD',
        },
        { THIRD: 'from-env-4712' },
      );
      expect(run.exitCode).toBe(0);
      const masks = run.printed.split('\n').filter((line) => line.startsWith('::add-mask::'));
      const rest = run.printed
        .split('\n')
        .filter((line) => !line.startsWith('::add-mask::'))
        .join('\n');
      for (const secret of ['first-line-0815', 'second-line-0816', 'from-a-file-4711', 'from-env-4712']) {
        expect(masks.join('\n')).toContain(secret);
        expect(rest).not.toContain(secret);
        expect(run.summary).not.toContain(secret);
      }
      expect(rest).toContain('***');
      expect(run.printed).toContain('/run/secrets/one');
    },
    60_000,
  );

  it('is told of in the summary: steps, size, and where the cache was missed', async () => {
    await using world = await startDeployWorld({ builder });
    world.write({ Dockerfile: `FROM ${base()}\nRUN echo ${Date.now()}\nCOPY . /app/\n` });
    world.commit();
    await world.deploy();
    world.write({ 'new.txt': 'x' });
    world.commit();
    const { summary, log } = await world.deploy();
    expect(summary).toMatch(
      /The image was built and pushed in .*; 1 of 2 steps from the cache; context .*; size .* in [23] layers\./,
    );
    expect(summary).toContain('First instruction not in the cache: <code>COPY . /app/</code>');
    expect(log).toMatch(/^built and pushed in .*1 of 2 steps/m);
  }, 60_000);

  it('is told at once which inputs it cannot honour', async () => {
    await using world = await startDeployWorld({ builder });
    world.write({ Dockerfile: `FROM ${base()}\n` });
    world.commit();
    const run = await world.deploy({ 'build-secrets': 'a=b', compression: 'zstd', provenance: 'mode=max' });
    const refusal = {
      result: 'failed',
      reason: 'builder-unsupported',
      message: expect.stringMatching(
        builder.hasBuildx
          ? /^provenance and compression: zstd: the builder default/
          : /^build-secrets, provenance and compression: zstd: docker build without buildx/,
      ),
    };
    expect(run.outputs).toMatchObject(builder.hasImageStore ? { result: 'deployed' } : refusal);
    expect(Object.keys(await world.tags())).toHaveLength(builder.hasImageStore ? 3 : 1);
  }, 60_000);

  it('needs a processor that is not there', async () => {
    await using world = await startDeployWorld({
      builder,
      taskDefinition: { runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' } },
    });
    world.write({ Dockerfile: `FROM ${base()}\nRUN true\n` });
    world.commit();
    const run = await world.deploy();
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'builder-unsupported' });
    expect(run.outputs['message']).toMatch(/linux\/arm64.*line 2 of the Dockerfile.*QEMU/);
  }, 60_000);
});

/** Takes from a builder what it has kept of earlier builds. */
function forget({ env, builder }: TestBuilder): void {
  const named = builder === undefined ? [] : ['--builder', builder];
  const prune = ['buildx', 'prune', '--all', '--force', ...named];
  execFileSync('docker', prune, { env: { ...process.env, ...env }, stdio: 'ignore' });
}

const full = builders.filter(({ hasImageStore }) => hasImageStore);
describe.each(full)('a build with $name', (builder) => {
  it('packs layers with zstd, under media types of OCI', async () => {
    await using world = await startDeployWorld({ builder });
    world.write({ Dockerfile: `FROM ${base()}\nCOPY . /app/\n` });
    world.commit();
    const run = await world.deploy({ compression: 'zstd' });
    expect(run.outputs['result']).toBe('deployed');
    const { layers } = await world.stored('manifests', run.outputs['image-digest'] ?? '');
    const types = layers.map(({ mediaType }) => mediaType);
    expect(types).toEqual(types.map(() => 'application/vnd.oci.image.layer.v1.tar+zstd'));
    expect(types.length).toBeGreaterThan(1);
  }, 60_000);

  it('makes an index with several platforms, annotations and provenance', async () => {
    await using world = await startDeployWorld({ builder });
    world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
    world.commit();
    const inputs = {
      platforms: 'linux/amd64,linux/arm64',
      annotations: 'index:org.example=x',
      provenance: 'mode=max',
    };
    const run = await world.deploy(inputs);
    expect(run.outputs['result']).toBe('deployed');
    const index = await world.stored('manifests', run.outputs['image-digest'] ?? '');
    const platforms = index.manifests.map(({ platform }) => `${platform.os}/${platform.architecture}`);
    expect(platforms).toEqual(['linux/amd64', 'linux/arm64', 'unknown/unknown', 'unknown/unknown']);
    expect(index.annotations).toEqual({ 'org.example': 'x' });
    expect((await world.deploy(inputs)).log).toContain('nothing to build');
  }, 60_000);

  it('reads a cache that it wrote', async () => {
    await using world = await startDeployWorld({ builder });
    world.write({ Dockerfile: `FROM ${base()}\nRUN head -c 9 /dev/urandom > /made\nCOPY . /app/\n` });
    world.commit();
    const cache = `type=registry,ref=${world.fargate.registryHost}/web:cache`;
    const to = `${cache},mode=max,image-manifest=true,oci-mediatypes=true`;
    await world.deploy({ 'cache-to': to, 'no-cache': 'true' });
    world.write({ 'new.txt': 'x' });
    world.commit();
    const run = await world.deploy({ 'cache-from': cache });
    expect(run.log).toContain('CACHED');
  }, 60_000);

  it('keeps a cache by itself, which a builder without one reads', async () => {
    await using world = await startDeployWorld({ builder });
    const dockerfile = `FROM ${base()} AS made\nRUN echo ${Date.now()} > /made\nFROM ${base()}\nCOPY --from=made /made /\nCOPY . /app/\n`;
    world.write({ Dockerfile: dockerfile });
    world.commit();
    const first = await world.deploy();
    expect(first.annotations.filter(({ message }) => /cache/.test(message))).toEqual([]);
    const caches = (await world.fargate.images.list('web')).flatMap(({ tags }) => tags);
    expect(caches).toContainEqual(expect.stringMatching(/^buildcache-[0-9a-f]{8}$/));
    forget(builder);
    world.write({ 'new.txt': 'x' });
    world.commit();
    const second = await world.deploy();
    expect(second.outputs['result']).toBe('deployed');
    expect(second.log).toMatch(/#(\d+) \[made 2\/2\] RUN echo[^]*#\1 CACHED/);
  }, 60_000);

  it('goes on when a cache can be neither read nor written', async () => {
    await using world = await startDeployWorld({ builder });
    world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
    world.commit();
    const place = 'type=registry,ref=127.0.0.1:1/cache:1';
    const run = await world.deploy({ 'cache-from': place, 'cache-to': place });
    expect(run.outputs['result']).toBe('deployed');
    const notices = run.annotations.filter(({ message }) =>
      message.startsWith("The build's cache could not be"),
    );
    expect(notices).toHaveLength(1);
  }, 60_000);

  it('lends the socket of an SSH agent to a command', async () => {
    await using world = await startDeployWorld({ builder });
    // Nobody asks it for a key: that it can be reached is what counts.
    const agent = createServer();
    const socket = join(world.temporary, 'agent.sock');
    agent.listen(socket);
    await once(agent, 'listening');
    try {
      // A command of its own, which no earlier run has left in the builder's cache.
      const command = `RUN --mount=type=ssh : ${randomUUID()}; test -S "$SSH_AUTH_SOCK"`;
      world.write({ Dockerfile: `FROM ${base()}\n${command}\n` });
      world.commit();
      const without = await world.deploy();
      expect(without.outputs['reason']).toBe('build-failed');
      const run = await world.deploy({ ssh: `default=${socket}` });
      expect(run.outputs['result']).toBe('deployed');
    } finally {
      agent.close();
    }
  }, 60_000);

  it('takes contexts and other files', async () => {
    await using world = await startDeployWorld({ builder });
    world.write({
      'docker/web.Dockerfile': `FROM ${base()} AS build\nARG WHO\nCOPY --from=lib b.txt /b.txt\nRUN grep db /etc/hosts && test "$(ulimit -n)" = 1024 && echo $WHO > /who\nFROM build AS wanted\nLABEL stage=wanted\nFROM build\nRUN false\n`,
      'lib/b.txt': 'b',
    });
    world.commit();
    const run = await world.deploy({
      file: 'docker/web.Dockerfile',
      target: 'wanted',
      'build-contexts': 'lib=./lib',
      'build-args': 'WHO=me',
      'add-hosts': 'db:10.0.0.1',
      ulimit: 'nofile=1024:1024',
    });
    expect(run.outputs['result']).toBe('deployed');
    const manifest = await world.stored('manifests', run.outputs['image-digest'] ?? '');
    const { digest } = manifest.config;
    const { config } = await world.stored('blobs', digest);
    expect(config.Labels).toMatchObject({
      stage: 'wanted',
      'org.opencontainers.image.source': 'https://github.com/octo-org/web',
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  }, 60_000);
});

describe.each(builders)('a broken Dockerfile with $name', (builder) => {
  it.each([
    ['a command', 'RUN echo before && \\\n  echo it broke >&2 && exit 7', 4, /exited with code 7\.$/m],
    ['a file that is not there', 'COPY nothere /x', 4, /nothere/],
    ['a keyword that is none', 'COPPY a /x', 4, /unknown instruction/i],
  ])(
    'is annotated at its line: %s',
    async (_, instruction, line, message) => {
      await using world = await startDeployWorld({ builder });
      world.write({ 'app/Dockerfile': `FROM ${base()}\n# one\n# two\n${instruction}\n` });
      world.commit();
      const run = await world.deploy({ context: 'app' });
      expect(run.outputs).toMatchObject({ result: 'failed', reason: 'build-failed' });
      expect(run.outputs['message']).toMatch(message);
      const annotation = run.printed.split('\n').find((text) => text.startsWith('::error'));
      expect(annotation).toContain(`file=app/Dockerfile,line=${line}`);
    },
    60_000,
  );
});
