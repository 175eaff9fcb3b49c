import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildxArguments, classicArguments, commonArguments } from '../../src/image/build/build-arguments.ts';
import { failureOfBuild, failureOfBuildx } from '../../src/image/build/build-failure.ts';
import { readDigest } from '../../src/image/build/buildx.ts';
import { isDigestOf, pushedDigest } from '../../src/image/build/classic.ts';
import type { ImageBuild } from '../../src/image/build/image-build.ts';
import { failureOfPush } from '../../src/image/build/push-failure.ts';
import { platformOfConfig, readManifest, runsOn } from '../../src/image/registry/manifest.ts';
import { findCheckout } from '../../src/image/source/checkout.ts';
import { readDockerfile } from '../../src/image/source/dockerfile.ts';
import { buildInputs } from './a-build.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const other = `sha256:${'b'.repeat(64)}`;
const repository = '127.0.0.1:5000/web';

describe('a manifest', () => {
  const child = (os: string, architecture: string, variant?: string) => ({
    digest,
    platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
  });

  it.each([
    [
      'an image',
      { schemaVersion: 2, config: { digest }, layers: [] },
      { kind: 'image', configDigest: digest },
    ],
    [
      'an index',
      { manifests: [child('linux', 'amd64'), child('linux', 'arm64', 'v8'), child('linux', 'amd64')] },
      { kind: 'index', platforms: ['linux/amd64', 'linux/arm64/v8'] },
    ],
    [
      'an index with an attestation',
      { manifests: [child('linux', 'amd64'), child('unknown', 'unknown')] },
      { kind: 'index', platforms: ['linux/amd64'] },
    ],
    ['an index without platforms', { manifests: [{ digest }] }, { kind: 'unknown' }],
    ['the old schema', { schemaVersion: 1, fsLayers: [] }, { kind: 'unknown' }],
    ['no object', 'text', { kind: 'unknown' }],
  ])('%s', (_, manifest, expected) => {
    expect(readManifest(manifest)).toEqual(expected);
  });

  it.each([
    [{ os: 'linux', architecture: 'arm64', variant: 'v8', rootfs: {} }, 'linux/arm64/v8'],
    [{ os: 'linux', architecture: 'amd64', variant: '' }, 'linux/amd64'],
    [{ architecture: 'amd64' }, undefined],
    [null, undefined],
  ])('the configuration %j has the platform %s', (config, platform) => {
    expect(platformOfConfig(config)).toBe(platform);
  });

  it.each([
    ['linux/amd64', 'linux/amd64', true],
    ['linux/arm64/v8', 'linux/arm64', true],
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/arm/v6', 'linux/arm/v7', false],
    ['linux/arm64', 'linux/amd64', false],
    ['windows/amd64', 'linux/amd64', false],
  ])('an image for %s runs on %s: %s', (image, task, expected) => {
    expect(runsOn(image, task)).toBe(expected);
  });
});

describe('the arguments of a build', () => {
  const build: ImageBuild = {
    docker: {
      env: {},
      clientVersion: '28.2.2',
      buildxVersion: undefined,
      engine: { platforms: ['linux/amd64'], hasImageStore: false },
    },
    workspace: '/w',
    folder: '/private',
    inputs: buildInputs,
    environment: {},
    dockerfile: undefined,
    platforms: [],
    labels: [],
    cache: { from: [], to: [] },
    repository,
    tags: ['v1', 'v2'],
    say: () => undefined,
    signal: new AbortController().signal,
  };

  it('are few by default', () => {
    expect([commonArguments(build), buildxArguments(build), classicArguments(build)]).toEqual([
      [`--tag=${repository}:v1`, `--tag=${repository}:v2`, '--', '.'],
      ['--push'],
      [],
    ]);
  });

  it('carry all that was asked, each as one argument', () => {
    const asked: ImageBuild = {
      ...build,
      tags: ['v1'],
      platforms: ['linux/arm64', 'linux/amd64'],
      labels: ['x=; rm -rf /'],
      cache: { from: ['type=gha'], to: ['type=gha,mode=max'] },
      inputs: {
        ...buildInputs,
        context: '--privileged',
        file: 'docker/Dockerfile',
        target: 'run',
        buildArgs: ['A=b c=d', 'TOKEN'],
        buildContexts: ['lib=../lib'],
        annotations: ['a=1'],
        noCache: true,
        pull: true,
        addHosts: ['db:10.0.0.1'],
        ssh: ['default'],
        shmSize: '64m',
        ulimits: ['nofile=1:2'],
        network: 'none',
        builder: 'mine',
        compression: 'zstd',
      },
    };
    expect(commonArguments(asked)).toEqual([
      `--tag=${repository}:v1`,
      '--file=docker/Dockerfile',
      '--target=run',
      '--build-arg=A=b c=d',
      '--build-arg=TOKEN',
      '--label=x=; rm -rf /',
      '--no-cache',
      '--pull',
      '--add-host=db:10.0.0.1',
      '--shm-size=64m',
      '--ulimit=nofile=1:2',
      '--network=none',
      '--',
      '--privileged',
    ]);
    expect(buildxArguments(asked)).toEqual([
      '--builder=mine',
      '--platform=linux/arm64,linux/amd64',
      '--build-context=lib=../lib',
      '--annotation=a=1',
      '--ssh=default',
      '--cache-from=type=gha',
      '--cache-to=type=gha,mode=max',
      '--output=type=image,push=true,compression=zstd,oci-mediatypes=true,force-compression=true',
    ]);
    expect(
      classicArguments({ ...asked, platforms: ['linux/arm64'], cache: { from: ['web:1'], to: [] } }),
    ).toEqual(['--platform=linux/arm64', '--cache-from=web:1']);
  });
});

describe('the digest', () => {
  it('is what buildx writes', () => {
    expect(readDigest(JSON.stringify({ 'containerimage.digest': digest, 'image.name': 'x' }))).toBe(digest);
  });

  it.each(['{}', '{"containerimage.digest": "sha256:12"}', '[]'])(
    'is unknown when buildx writes %s',
    (text) => {
      expect(() => readDigest(text)).toThrow(expect.objectContaining({ code: 'image-digest-unknown' }));
    },
  );

  it('is in the last line of a push', () => {
    const lines = [`abc: Layer already exists`, `v1: digest: ${digest} size: 528`];
    expect([pushedDigest(lines), pushedDigest(['denied'])]).toEqual([digest, undefined]);
  });

  it.each([
    ['in this repository', [`ghcr.io/team/web@${other}`, `${repository}@${digest}`], repository, true],
    ['there under a longer name', [`docker.io/library/web@${digest}`], 'web', true],
    ['but another', [`${repository}@${other}`], repository, false],
    ['elsewhere', [`ghcr.io/web@${digest}`], repository, false],
    ['nowhere', [], repository, false],
  ])('is that of an image that has it %s', (_, known, where, isIt) => {
    expect(isDigestOf(digest, known, where)).toBe(isIt);
  });
});

describe('a build or push that failed', () => {
  const immutable = `tag invalid: The image tag 'v1' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.`;
  const unknown = `name unknown: The repository with name 'web' does not exist in the registry with id '111122223333'`;

  it.each([
    [
      'the Dockerfile',
      [
        '#5 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1',
        'ERROR: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1',
      ],
      'build-failed',
    ],
    [
      'the base image',
      [
        '#3 ERROR: pull access denied, repository does not exist or may require authorization',
        'ERROR: failed to solve: busybox: pull access denied, repository does not exist',
      ],
      'build-failed',
    ],
    [
      'a line of the program that is built',
      [
        '#7 0.3 ERROR: failed to push: denied',
        '#7 ERROR: process did not complete',
        'ERROR: failed to solve: exit code: 1',
      ],
      'build-failed',
    ],
    [
      'an immutable tag, BuildKit',
      [
        '#9 pushing layers',
        `#9 ERROR: failed to push ${repository}:v1: unexpected status: 400 Bad Request: ${immutable}`,
      ],
      'image-tag-immutable',
    ],
    [
      'an immutable tag, the engine',
      ['#9 pushing 127.0.0.1:5000/web:v1 with docker', `#9 ERROR: ${immutable}`],
      'image-tag-immutable',
    ],
    ['a missing repository', ['#9 pushing web:v1 with docker', `#9 ERROR: ${unknown}`], 'repository-missing'],
    [
      'a denial',
      [
        '#9 pushing web:v1 with docker',
        '#9 ERROR: denied: User is not authorized to perform: ecr:InitiateLayerUpload',
      ],
      'push-denied',
    ],
    [
      'no login',
      [`ERROR: failed to solve: failed to push ${repository}:v1: no basic auth credentials`],
      'push-denied',
    ],
    [
      'the network',
      [`ERROR: failed to solve: failed to push ${repository}:v1: connection reset by peer`],
      'push-failed',
    ],
  ])('of buildx, by %s', (_, lines, code) => {
    expect(failureOfBuildx({ lines, exitCode: 1, repository }).code).toBe(code);
  });

  it.each([
    [immutable, 'image-tag-immutable', 'yours'],
    [unknown, 'repository-missing', 'yours'],
    ['no basic auth credentials', 'push-denied', 'yours'],
    ['unauthorized: authentication required', 'push-denied', 'yours'],
    ['denied: Your authorization token has expired. Reauthenticate and try again.', 'push-denied', 'yours'],
    ['EOF', 'push-failed', 'aws'],
  ])('docker push: %s', (line, code, fault) => {
    const { message, ...failure } = failureOfPush({ lines: ['Pushing', line], exitCode: 1, repository });
    expect(failure).toMatchObject({ code, fault, detail: ['Pushing'] });
    expect(message).toBe(`The image was built, but can't be pushed to ${repository} (exit code 1): ${line}`);
  });

  it('shows the error line once, and the last thirty others', () => {
    const lines = [
      ...Array.from({ length: 50 }, (_, index) => `step ${index}`),
      'ERROR: it broke',
      'see the log',
    ];
    const { message, detail } = failureOfBuild({ lines, exitCode: 1 });
    expect({ message, detail }).toEqual({
      message: "The image can't be built (exit code 1): ERROR: it broke",
      detail: [...lines.slice(21, 50), 'see the log'],
    });
  });

  it.each([
    ['exec /bin/sh: exec format error', /architecture/],
    ['write /x: no space left on device', /disk/],
    ['toomanyrequests: You have reached your pull rate limit', /base image/],
    ['RUN false', /^nothing$/],
    [
      'ERROR: failed to solve: 444455556666.dkr.ecr.eu-central-1.amazonaws.com/base:1: failed to resolve source metadata: unexpected status from HEAD request: 403 Forbidden',
      /^A base image is in ECR of account 444455556666, eu-central-1, which denies/,
    ],
    [
      'denied: User: arn:aws:sts::111122223333:assumed-role/deploy/x is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:444455556666:repository/base because no resource-based policy allows it',
      /^A base image is in ECR of account 444455556666, us-east-1, which denies/,
    ],
  ])('%s is advised on', (line, advice) => {
    expect(failureOfBuild({ lines: [line], exitCode: undefined }).advice ?? 'nothing').toMatch(advice);
  });
});

describe('plain Docker and a Dockerfile for BuildKit', () => {
  const dockerfileWith = (text: string) => ({ path: 'Dockerfile', instructions: readDockerfile(text) });

  it.each<[string, string, string]>([
    [
      'a mount',
      'FROM a\nRUN --mount=type=cache,target=/x make',
      'the --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/',
    ],
    ['a link', 'FROM a\nCOPY --from=b --link . .', 'dockerfile parse error line 2: Unknown flag: link'],
    ['a mode', 'FROM a\nADD --chmod=755 a b', 'the --chmod option requires BuildKit'],
    [
      'a here-document',
      'FROM a\nRUN <<EOF\nmake\nEOF',
      'dockerfile parse error line 3: unknown instruction: MAKE',
    ],
    [
      'a platform',
      'FROM --platform=$BUILDPLATFORM a',
      'failed to parse platform : "" is an invalid component of ""',
    ],
    ['what cannot be read before', '', 'the --mount option requires BuildKit'],
  ])('names buildx for %s', (_what, text, line) => {
    const dockerfile = text === '' ? undefined : dockerfileWith(text);
    const { advice } = failureOfBuild({ lines: [line], exitCode: 1, dockerfile, isClassic: true });
    expect(advice).toMatch(/needs BuildKit, .*\. Install buildx before this step/);
  });

  it.each<[string, string, string, boolean]>([
    [
      'a command that failed',
      'FROM a\nRUN --mount=type=cache,target=/x make',
      "The command '/bin/sh -c make' returned a non-zero code: 2",
      true,
    ],
    ['another fault', 'FROM a\nRUN make', 'unknown instruction: RUNN', true],
    ['BuildKit itself', 'FROM a\nRUN <<EOF\nmake\nEOF', 'ERROR: failed to solve', false],
  ])('says nothing of it for %s', (_what, text, line, isClassic) => {
    const dockerfile = dockerfileWith(text);
    expect(failureOfBuild({ lines: [line], exitCode: 1, dockerfile, isClassic }).advice).toBeUndefined();
  });
});

describe('the commit that is checked out', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });

  it('is the head, with its time and the top folder', async () => {
    git('init', '-q');
    git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-q', '--allow-empty', '-m', 'One');
    mkdirSync(join(folder, 'app'));
    const root = realpathSync(folder);
    await expect(findCheckout(join(root, 'app'), process.env)).resolves.toEqual({
      commit: git('rev-parse', 'HEAD').trim(),
      committedAt: git('log', '-1', '--format=%cI').trim(),
      remote: undefined,
      root,
      gitFolder: join(root, '.git'),
    });
  });

  it('is none before the first commit', async () => {
    git('init', '-q');
    await expect(findCheckout(folder, process.env)).resolves.toBe('no-commit');
  });

  it.each(['', 'not-there'])('is none without a repository (%j)', async (name) => {
    await expect(findCheckout(join(folder, name), process.env)).resolves.toBe('no-repository');
  });
});
