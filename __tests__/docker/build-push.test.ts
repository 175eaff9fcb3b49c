import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Docker, findDocker } from '../../src/docker/docker.ts';
import { type DockerConfig, openDockerConfig } from '../../src/docker/login.ts';
import { buildAndPush } from '../../src/image/build/build.ts';
import type { ImageBuild } from '../../src/image/build/image-build.ts';
import type { BuildInputs } from '../../src/inputs/build.ts';
import { buildInputs } from '../pure/a-build.ts';
import {
  pushBaseImage,
  removeImages,
  startRefusingRegistry,
  startRegistry,
  type TestRegistry,
} from './build-push-ground.ts';
import { builders } from './builders.ts';

let baseRegistry: TestRegistry;
let registry: TestRegistry;
let inputs: BuildInputs;
let docker: Docker;
let workspace = '';
let config: DockerConfig;
const said: string[] = [];
const used = new Set<string>();

beforeAll(async () => {
  baseRegistry = await startRegistry({ isOpen: true });
  inputs = { ...buildInputs, buildArgs: [`BASE=${await pushBaseImage(baseRegistry)}`] };
  registry = await startRegistry();
}, 60_000);

afterAll(async () => {
  await Promise.all([registry.close(), baseRegistry.close()]);
});

beforeEach(async () => {
  said.length = 0;
  workspace = await mkdtemp(join(tmpdir(), 'build-push-'));
});

afterEach(async () => {
  await rm(workspace, { recursive: true });
});

describe.each(builders)('$name', ({ env, builder, hasBuildx }) => {
  beforeEach(async () => {
    const environment = { ...process.env, ...env, RUNNER_TEMP: workspace };
    config = await openDockerConfig({
      env: environment,
      needs: {},
      announce: () => undefined,
      say: () => undefined,
    });
    docker = { ...(await findDocker(environment, AbortSignal.timeout(60_000))), env: config.env };
    inputs = { ...inputs, builder };
  });

  afterEach(async () => {
    removeImages([...used], env);
    used.clear();
    await config.close();
  });

  it('is what is meant', () => {
    expect(docker.buildxVersion !== undefined).toBe(hasBuildx);
  });

  it('builds, pushes every tag, and tells the digest that the registry has', async () => {
    await config.login(registry.host, registry.username, registry.password);
    await dockerfile('ARG WHO', 'ARG EMPTY=full', 'RUN echo "hello $WHO, $EMPTY."', 'CMD ["sh"]');
    const pushed = await buildAndPush({
      ...build(`${registry.host}/team/web`),
      tags: ['v1', 'latest'],
      inputs: { ...inputs, buildArgs: [...inputs.buildArgs, 'WHO=a b=$(c)', 'EMPTY='], noCache: true },
      labels: ['org.example=x y'],
    });

    const [v1 = '', latest = ''] = await Promise.all(
      ['v1', 'latest'].map((tag) => manifest('team/web', tag)),
    );
    const digest = `sha256:${createHash('sha256').update(v1).digest('hex')}`;
    expect(pushed).toMatchObject({ digest, imageUri: `${registry.host}/team/web@${digest}` });
    expect(latest).toBe(v1);
    expect(await configOf('team/web', v1)).toMatchObject({
      config: { Labels: { 'org.example': 'x y' }, Cmd: ['sh'] },
    });
    expect(said.filter((line) => line.endsWith('hello a b=$(c), .'))).toHaveLength(1);
  }, 120_000);

  it('deploys its own image when another build on the engine takes its tag before the push', async () => {
    const repository = `${registry.host}/web`;
    await config.login(registry.host, registry.username, registry.password);
    const other = execFileSync('docker', ['import', '--change', 'LABEL by=other', '-'], {
      input: Buffer.alloc(1024),
      encoding: 'utf8',
      env: docker.env,
    }).trim();
    await dockerfile('LABEL by=us');
    // A builder that pushes by itself has no name on the engine that could be taken.
    const heard: string[] = [];
    const take = (line: string): void => {
      heard.push(line);
      if (line.startsWith('Successfully tagged')) {
        for (const tag of ['v1', 'v2'])
          execFileSync('docker', ['tag', other, `${repository}:${tag}`], { env: docker.env });
      }
    };
    try {
      const pushed = await buildAndPush({ ...build(repository), tags: ['v1', 'v2'], say: take });
      for (const tag of ['v1', 'v2', pushed.digest]) {
        expect(await configOf('web', await manifest('web', tag))).toMatchObject({
          config: { Labels: { by: 'us' } },
        });
      }
      const isTold = heard.some((line) => line.startsWith('Another build on this engine moved'));
      expect(isTold).toBe(!hasBuildx);
    } finally {
      execFileSync('docker', ['image', 'rm', '--force', other], { env: docker.env, stdio: 'ignore' });
    }
  }, 120_000);

  it('reads file, target and context as they are named', async () => {
    await config.login(registry.host, registry.username, registry.password);
    const text = 'ARG BASE\nFROM $BASE AS wanted\nLABEL stage=wanted\nFROM $BASE\nRUN false\n';
    await writeFile(join(workspace, 'Other'), text);
    const pushed = await buildAndPush({
      ...build(`${registry.host}/web`),
      inputs: { ...inputs, file: 'Other', target: 'wanted' },
      platforms: ['linux/amd64'],
    });
    expect(await configOf('web', await manifest('web', pushed.digest))).toMatchObject({
      os: 'linux',
      architecture: 'amd64',
      config: { Labels: { stage: 'wanted' } },
    });
  }, 120_000);

  it('tells a command of the Dockerfile that fails', async () => {
    await dockerfile('RUN echo it broke >&2; exit 7');
    expect(await failureOf(build(`${registry.host}/web`))).toMatchObject({
      code: 'build-failed',
      fault: 'yours',
      message: expect.stringMatching(/code: 7/),
      detail: expect.arrayContaining([expect.stringMatching(/it broke$/)]),
    });
  }, 120_000);

  it('tells a Dockerfile that is none', async () => {
    await dockerfile('FORM scratch');
    expect(await failureOf(build(`${registry.host}/web`))).toMatchObject({
      code: 'build-failed',
    });
  }, 120_000);

  it('tells a registry that wants another password, and shows none', async () => {
    await config.login(registry.host, registry.username, 'hunter2');
    await dockerfile('CMD ["sh"]');
    const failure = await failureOf(build(`${registry.host}/web`));
    expect(failure).toMatchObject({ code: 'push-denied', fault: 'yours' });
    expect(JSON.stringify([failure, said])).not.toContain('hunter2');
  }, 120_000);

  it.each([
    [
      'image-tag-immutable',
      'manifest' as const,
      400,
      'TAG_INVALID',
      "The image tag 'v1' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.",
    ],
    [
      'repository-missing',
      'layer' as const,
      404,
      'NAME_UNKNOWN',
      "The repository with name 'web' does not exist in the registry with id '111122223333'",
    ],
    [
      'push-denied',
      'layer' as const,
      403,
      'DENIED',
      'User is not authorized to perform: ecr:InitiateLayerUpload',
    ],
  ])(
    'tells a registry that refuses: %s',
    async (failureCode, at, status, code, message) => {
      const refusing = await startRefusingRegistry({ at, status, code, message });
      try {
        await dockerfile('CMD ["sh"]');
        const failure = await failureOf(build(`${refusing.host}/web`));
        expect(failure).toMatchObject({ code: failureCode, fault: 'yours' });
      } finally {
        await refusing.close();
      }
    },
    120_000,
  );

  it('ends when aborted in the middle, and leaves nothing behind', async () => {
    await dockerfile('RUN echo started; sleep 3600');
    const abort = new AbortController();
    const failure = await failureOf({
      ...build(`${registry.host}/web`),
      inputs: { ...inputs, noCache: true },
      signal: abort.signal,
      say: (line) => {
        if (/(^|\s)started$/.test(line)) abort.abort();
      },
    });
    expect(failure).toMatchObject({ code: 'cancelled', message: 'docker build was cancelled.' });
    const left = (await readdir(config.path)).filter((name) => name.startsWith('fargate-deploy-build-'));
    expect(left).toEqual([]);
  }, 120_000);
});

function build(repository: string): ImageBuild {
  used.add(repository);
  return {
    docker,
    workspace,
    folder: config.path,
    inputs,
    environment: process.env,
    dockerfile: undefined,
    platforms: [],
    labels: [],
    cache: { from: [], to: [] },
    repository,
    tags: ['v1'],
    say: (line) => said.push(line),
    signal: new AbortController().signal,
  };
}

async function dockerfile(...lines: readonly string[]): Promise<void> {
  const text = `ARG BASE\nFROM $BASE\n${lines.join('\n')}\n`;
  await writeFile(join(workspace, 'Dockerfile'), text);
}

/** What the build is rejected with; the image when it went well, which no test expects. */
async function failureOf(what: ImageBuild): Promise<unknown> {
  return buildAndPush(what).catch((error: unknown) => error);
}

/** The manifest, byte for byte as the registry keeps it. */
async function manifest(repository: string, reference: string): Promise<string> {
  return get(`${repository}/manifests/${reference}`);
}

async function configOf(repository: string, manifestText: string): Promise<unknown> {
  const { config: own }: { config: { digest: string } } = JSON.parse(manifestText);
  return JSON.parse(await get(`${repository}/blobs/${own.digest}`));
}

async function get(path: string): Promise<string> {
  const login = Buffer.from(`${registry.username}:${registry.password}`).toString('base64');
  const types = [
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.oci.image.manifest.v1+json',
  ];
  const answer = await fetch(`http://${registry.host}/v2/${path}`, {
    headers: { authorization: `Basic ${login}`, accept: types.join(', ') },
  });
  if (!answer.ok) throw new Error(`The registry answers ${answer.status} to ${path}`);
  return answer.text();
}
