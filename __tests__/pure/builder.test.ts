import { type Builder, readInspect } from '../../src/docker/builder.ts';
import { readInfo } from '../../src/docker/info.ts';
import { unsupported } from '../../src/image/build/capabilities.ts';
import { platformsFor } from '../../src/image/build/platforms.ts';
import { readDockerfile } from '../../src/image/source/dockerfile.ts';
import type { BuildInputs } from '../../src/inputs/build.ts';
import { buildInputs } from './a-build.ts';

const classic: Builder = { kind: 'classic', platforms: ['linux/amd64'] };
const buildx = (part: Partial<Builder & { kind: 'buildx' }>): Builder => ({
  kind: 'buildx',
  name: 'default',
  driver: 'docker',
  hasImageStore: false,
  platforms: ['linux/amd64', 'linux/386'],
  ...part,
});

describe('what buildx inspect tells', () => {
  it('is name, driver and the platforms of all nodes', () => {
    const text = [
      'Name:          mine',
      'Driver:        docker-container',
      'Last Activity: 2026-11-21 12:00:00 +0000 UTC',
      '',
      'Nodes:',
      'Name:                  mine0',
      'Endpoint:              unix:///var/run/docker.sock',
      'Driver Options:        network="host"',
      'Status:                running',
      'BuildKit version:      v0.30.0',
      'Platforms:             linux/amd64, linux/arm64*, linux/386',
      'Labels:',
      ' org.mobyproject.buildkit.worker.executor:         oci',
      'Name:                  mine1',
      'Platforms:             linux/arm64, linux/arm/v7',
    ].join('\n');
    expect(readInspect(text)).toEqual({
      name: 'mine',
      driver: 'docker-container',
      platforms: ['linux/amd64', 'linux/arm64', 'linux/386', 'linux/arm/v7'],
      error: undefined,
    });
  });

  it('is an error where a node does not answer', () => {
    const text =
      'Name:   far\nDriver: remote\n\nNodes:\nName:     far0\nError:    failed to list workers: dial unix: no such file\n';
    expect(readInspect(text)).toMatchObject({ error: 'failed to list workers: dial unix: no such file' });
  });
});

describe('what docker info tells', () => {
  it.each([
    ['the classic store', [['Backing Filesystem', 'extfs']], false],
    ['the containerd store', [['driver-type', 'io.containerd.snapshotter.v1']], true],
    ['no status', null, false],
  ])('%s', (_, DriverStatus, hasImageStore) => {
    const info = { OSType: 'linux', Architecture: 'aarch64', DriverStatus };
    expect(readInfo(JSON.stringify(info)).engine).toEqual({ platforms: ['linux/arm64'], hasImageStore });
  });

  it.each(['', '[]', '{}'])('nothing in %j', (text) => {
    expect(readInfo(text)).toEqual({ engine: { platforms: [], hasImageStore: false } });
  });
});

describe('an input that the builder cannot honour', () => {
  const secret = { id: 'a', from: { kind: 'value' as const, reveal: () => 'hunter2' } };
  const all: Partial<BuildInputs> = {
    buildContexts: ['a=b'],
    secrets: [secret],
    ssh: ['default'],
    cacheFrom: ['type=gha'],
    cacheTo: ['type=gha'],
    platforms: ['linux/amd64', 'linux/arm64'],
    annotations: ['a=1'],
    provenance: 'true',
    sbom: 'true',
    compression: 'zstd',
  };

  it.each<[string, Builder, Partial<BuildInputs>, RegExp | undefined]>([
    ['nothing asked, classic', classic, {}, undefined],
    [
      'all, classic',
      classic,
      all,
      /^build-contexts, build-secrets, ssh, cache-from, cache-to, platforms \(several\), annotations, provenance, sbom and compression: zstd: docker build without buildx doesn't support that\. Install buildx/,
    ],
    [
      'what the classic builder can',
      classic,
      { addHosts: ['a:b'], network: 'mine', cacheFrom: ['web:1'] },
      undefined,
    ],
    [
      'all, docker driver',
      buildx({}),
      all,
      /^cache-to, platforms \(several\), annotations, provenance, sbom and compression: zstd: the builder default \(driver docker, with the classic image store\) doesn't support that\. Create a builder/,
    ],
    ['an inline cache, docker driver', buildx({}), { cacheTo: ['type=inline'] }, undefined],
    ['attestations switched off', buildx({}), { provenance: 'false', sbom: 'disabled=true' }, undefined],
    ['all, containerd store', buildx({ hasImageStore: true }), all, undefined],
    [
      'a network, buildx',
      buildx({ hasImageStore: true }),
      { network: 'mine' },
      /^network: .* Set "mine" when you create the builder/,
    ],
    ['the host network, buildx', buildx({}), { network: 'host' }, undefined],
  ])('%s', (_, builder, asked, expected) => {
    const said = unsupported(builder, { ...buildInputs, ...asked }).join('\n');
    expect(said).toMatch(expected ?? /^$/);
    expect(said).not.toContain('hunter2');
  });
});

describe('the platforms of a build', () => {
  const plain = 'FROM base\nRUN true\n';
  const cross =
    'FROM --platform=$BUILDPLATFORM go AS build\nRUN go build\nFROM build AS more\nRUN x\nFROM scratch\nCOPY --from=more /a /a\n';
  const pinned = (platform: string): string =>
    `FROM --platform=${platform} node AS build\nRUN npm run build\nFROM nginx\nCOPY --from=build /a /a\n`;
  const unused = 'FROM base AS test\nRUN true\nFROM scratch\nCOPY . /\n';
  const mounted =
    'FROM base AS gen\nRUN make\nFROM --platform=${BUILDPLATFORM} go\nRUN --mount=type=bind,from=gen x\n';

  it.each<[string, readonly string[], string, Builder, string | undefined, RegExp | undefined]>([
    ["the task's", [], 'linux/amd64', classic, plain, undefined],
    [
      "the task's, lacking",
      [],
      'linux/arm64',
      classic,
      plain,
      /^The task definition asks for linux\/arm64, but docker build without buildx runs only linux\/amd64, and line 2 of the Dockerfile/,
    ],
    [
      'asked for, lacking',
      ['linux/amd64', 'linux/arm64'],
      'linux/amd64',
      buildx({}),
      plain,
      /^platforms asks for linux\/arm64/,
    ],
    [
      "not the task's",
      ['linux/amd64'],
      'linux/arm64',
      buildx({}),
      plain,
      /^platforms: the task definition runs on linux\/arm64/,
    ],
    ['a builder that was not started', [], 'linux/arm64', buildx({ platforms: [] }), plain, undefined],
    ['with QEMU', [], 'linux/arm64', buildx({ platforms: ['linux/amd64', 'linux/arm64'] }), plain, undefined],
    ['cross-compiled', [], 'linux/arm64', buildx({}), cross, undefined],
    ["pinned to the builder's own platform", [], 'linux/arm64', buildx({}), pinned('linux/amd64'), undefined],
    ['pinned to a platform that it lacks', [], 'linux/arm64', buildx({}), pinned('linux/s390x'), /line 2/],
    ["pinned to the target's", [], 'linux/arm64', buildx({}), pinned('$TARGETPLATFORM'), /line 2/],
    ['pinned to what an argument says', [], 'linux/arm64', buildx({}), pinned('$TOOLS'), undefined],
    ['with a stage that is not needed', [], 'linux/arm64', buildx({}), unused, undefined],
    ['with a stage that is needed for a mount', [], 'linux/arm64', buildx({}), mounted, /line 2/],
    ['without a Dockerfile that can be read', [], 'linux/arm64', buildx({}), undefined, undefined],
  ])('%s', (_, asked, task, builder, dockerfile, problem) => {
    const { platforms, problems } = platformsFor({
      asked,
      tasks: [task],
      builder,
      dockerfile: dockerfile === undefined ? undefined : readDockerfile(dockerfile),
      target: undefined,
    });
    expect(platforms).toEqual(asked.length === 0 ? [task] : asked);
    expect(problems.join('\n')).toMatch(problem ?? /^$/);
  });

  it('looks at the target only', () => {
    const given = { asked: [], tasks: ['linux/arm64'], builder: classic, dockerfile: readDockerfile(unused) };
    expect(platformsFor({ ...given, target: 'test' }).problems).toHaveLength(1);
    expect(platformsFor({ ...given, target: undefined }).problems).toEqual([]);
  });
});

describe('a Dockerfile', () => {
  it('is read by instructions, with their lines', () => {
    const text = [
      '# syntax=docker/dockerfile:1',
      'ARG A=1',
      '',
      'from base as Build',
      'RUN one && \\',
      '  # a comment between',
      '',
      '  two',
      'RUN <<EOF',
      'FROM nothing',
      'EOF',
      "COPY <<-'ONE' <<TWO /a/",
      '\tRUN not',
      '\tONE',
      'TWO',
      'CMD ["x"]',
    ].join('\r\n');
    expect(readDockerfile(text)).toEqual([
      { keyword: 'ARG', rest: 'A=1', line: 2 },
      { keyword: 'FROM', rest: 'base as Build', line: 4 },
      { keyword: 'RUN', rest: 'one &&    two', line: 5 },
      { keyword: 'RUN', rest: '<<EOF', line: 9 },
      { keyword: 'COPY', rest: "<<-'ONE' <<TWO /a/", line: 12 },
      { keyword: 'CMD', rest: '["x"]', line: 16 },
    ]);
  });

  it('may have another escape', () => {
    expect(readDockerfile('# escape=`\nRUN a `\n b\nRUN c\\\nCMD d')).toEqual([
      { keyword: 'RUN', rest: 'a   b', line: 2 },
      { keyword: 'RUN', rest: 'c\\', line: 4 },
      { keyword: 'CMD', rest: 'd', line: 5 },
    ]);
  });
});
