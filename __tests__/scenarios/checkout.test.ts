import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { startGithub } from '../../local/github/github.ts';
import { git, type HostileRepository, makeHostileRepository } from './hostile-repository.ts';
import { scriptedDocker } from './scripted-docker.ts';
import { startWorld, type World } from './world.ts';

/** Programs in the place of docker and git that write down what they are given. */
interface Recorders extends Disposable {
  readonly path: string;
  /** The build arguments of the last build. */
  readonly buildArguments: () => readonly string[];
  /** The environments of all starts so far, by program and what it was asked. */
  readonly environments: () => readonly (readonly [string, Readonly<Record<string, string>>])[];
}

/** @param digest of the image that a build makes */
function putRecorders(digest: string): Recorders {
  const log = mkdtempSync(join(tmpdir(), 'recorded-'));
  const record = (name: string): string => `env -0 > "$(mktemp '${log}/${name}-XXXXXX')"`;
  const folder = scriptedDocker(digest, {
    info: record('info'),
    inspect: `${record('inspect')} ; echo 'Driver: docker-container'`,
    build: `${record('build')}\n    printf '%s\\n' "$@" > "$(dirname "$0")/arguments"`,
  });
  const real =
    (process.env.PATH ?? '')
      .split(':')
      .map((path) => join(path, 'git'))
      .find(existsSync) ?? '';
  const script = `#!/bin/sh\n${record('git')}\nexec '${real}' "$@"\n`;
  writeFileSync(join(folder, 'git'), script, { mode: 0o755 });
  return {
    path: `${folder}:${process.env.PATH ?? ''}`,
    buildArguments: () => readFileSync(join(folder, 'arguments'), 'utf8').trim().split('\n'),
    environments: () =>
      readdirSync(log).map((name) => {
        const pairs = readFileSync(join(log, name), 'utf8').split('\0').filter(Boolean);
        const entries = pairs.map((pair) => [
          pair.slice(0, pair.indexOf('=')),
          pair.slice(pair.indexOf('=') + 1),
        ]);
        return [name.replace(/-\w+$/, ''), Object.fromEntries(entries)];
      }),
    [Symbol.dispose]: () => {
      for (const made of [folder, log]) rmSync(made, { recursive: true });
    },
  };
}

async function digestOfV1(world: World): Promise<string> {
  const { taskDefinition } = await world.describeTaskDefinition('web:1');
  return taskDefinition?.containerDefinitions?.[0]?.image?.split('@')[1] ?? '';
}

/** A checkout with one commit in the workspace, and what the attack puts into it. */
const attacks: Readonly<
  Record<string, (workspace: string, hostile: HostileRepository) => Readonly<Record<string, string>>>
> = {
  'a folder like a bare repository as the context': (workspace, hostile) => {
    hostile.layBare(join(workspace, 'app'));
    commitAll(workspace);
    return { context: 'app' };
  },
  'a folder like a bare repository around the Dockerfile': (workspace, hostile) => {
    hostile.layBare(join(workspace, 'docker'));
    commitAll(workspace);
    return { file: 'docker/Dockerfile' };
  },
  'a folder like a bare repository as a further context': (workspace, hostile) => {
    hostile.layBare(join(workspace, 'lib'));
    commitAll(workspace);
    return { 'build-contexts': 'lib=lib' };
  },
  'a folder like a bare repository in the context': (workspace, hostile) => {
    hostile.layBare(join(workspace, 'deep', 'er'));
    commitAll(workspace);
    return {};
  },
  'a workspace like a bare repository': (workspace, hostile) => {
    rmSync(join(workspace, '.git'), { recursive: true });
    hostile.layBare(workspace);
    return {};
  },
  'a file .git that points to such a folder': (workspace, hostile) => {
    hostile.layBare(join(workspace, 'evil'));
    mkdirSync(join(workspace, 'app'));
    cpSync(join(hostile.root, 'Dockerfile'), join(workspace, 'app', 'Dockerfile'));
    commitAll(workspace);
    writeFileSync(join(workspace, 'app', '.git'), 'gitdir: ../evil\n');
    return { context: 'app' };
  },
  'a repository in the context': (workspace, hostile) => {
    commitAll(workspace);
    cpSync(hostile.root, join(workspace, 'app'), { recursive: true });
    return {};
  },
  'a repository as the context': (workspace, hostile) => {
    commitAll(workspace);
    cpSync(hostile.root, join(workspace, 'app'), { recursive: true });
    return { context: 'app' };
  },
  'a repository as the context, which lacks objects and names who has them': (workspace, hostile) => {
    const app = join(workspace, 'app');
    cpSync(hostile.root, app, { recursive: true });
    const tree = git(app, 'rev-parse', 'HEAD^{tree}');
    unlinkSync(join(app, '.git', 'objects', tree.slice(0, 2), tree.slice(2)));
    return { context: 'app' };
  },
  'a repository as the context, whose commit is elsewhere': (workspace, hostile) => {
    const app = join(workspace, 'app');
    cpSync(hostile.root, app, { recursive: true });
    rmSync(join(app, '.git', 'objects'), { recursive: true });
    mkdirSync(join(app, '.git', 'objects', 'info'), { recursive: true });
    writeFileSync(join(app, '.git', 'objects', 'info', 'alternates'), join(hostile.root, '.git', 'objects'));
    return { context: 'app' };
  },
  'a submodule with settings of its own': (workspace, hostile) => {
    git(workspace, 'submodule', '--quiet', 'add', hostile.root, 'sub');
    commitAll(workspace);
    for (const [key, value] of Object.entries(hostile.settings))
      git(join(workspace, 'sub'), 'config', key, value);
    writeFileSync(join(workspace, 'sub', 'a.txt'), 'b\n');
    return {};
  },
  'settings of the checkout itself': (workspace, hostile) => {
    cpSync(join(hostile.root, '.gitattributes'), join(workspace, '.gitattributes'));
    commitAll(workspace);
    for (const [key, value] of Object.entries(hostile.settings)) git(workspace, 'config', key, value);
    writeFileSync(join(workspace, 'Dockerfile'), 'FROM scratch\nUSER 1\n');
    return {};
  },
};

function commitAll(workspace: string): void {
  git(workspace, 'add', '-A');
  git(workspace, 'commit', '-q', '-m', 'All of it');
}

describe('no program of a checkout is started', () => {
  it.each(Object.entries(attacks))(
    'by %s',
    async (_, attack) => {
      await using world = await startWorld();
      using hostile = makeHostileRepository();
      using recorders = putRecorders(await digestOfV1(world));
      git(world.workspace, 'init', '-q');
      writeFileSync(join(world.workspace, 'Dockerfile'), 'FROM scratch\n');
      const inputs = attack(world.workspace, hostile);
      rmSync(hostile.marker, { force: true });
      for (const operation of ['plan', 'deploy']) {
        const run = await world.deploy(
          { ...inputs, operation, 'wait-for-service-stability': 'false' },
          { PATH: recorders.path },
        );
        const started = existsSync(hostile.marker) ? readFileSync(hostile.marker, 'utf8') : 'nothing';
        expect([run.log, run.exitCode, started]).toEqual([run.log, 0, 'nothing']);
      }
    },
    60_000,
  );
});

it('the commit of the context is that of tag, label, revision and rollback', async () => {
  const job = { repository: 'octo-org/web', ref: 'refs/heads/main' };
  const github = await startGithub({ job, deployments: 'write' });
  await using ending = new AsyncDisposableStack();
  ending.defer(() => github.close());
  await using world = await startWorld({ environment: github.environment });
  using recorders = putRecorders(world.fargate.images.put('web', { tags: ['built'] }));
  const { workspace } = world;
  git(workspace, 'init', '-q');
  writeFileSync(join(workspace, '.gitignore'), 'app\n');
  commitAll(workspace);
  const app = join(workspace, 'app');
  mkdirSync(app);
  git(app, 'init', '-q');
  git(app, 'remote', 'add', 'origin', 'https://x:hunter2@github.com/octo-org/app.git');
  writeFileSync(join(app, 'Dockerfile'), 'FROM scratch\n');
  commitAll(app);
  const commit = git(app, 'rev-parse', 'HEAD');
  const run = await world.deploy(
    { context: 'app', environment: 'staging', 'github-token': github.token },
    { PATH: recorders.path },
  );
  expect([run.log, run.exitCode]).toEqual([run.log, 0]);
  const args = recorders.buildArguments();
  const tag = args.find((arg) => arg.startsWith('--tag='))?.replace(/^.*:/, '');
  expect(tag).toMatch(new RegExp(`^${commit}-[0-9a-f]{8}$`));
  expect(args).toEqual(
    expect.arrayContaining([
      `--label=org.opencontainers.image.revision=${commit}`,
      '--label=org.opencontainers.image.source=https://github.com/octo-org/app',
    ]),
  );
  const revision = await world.ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: 'web:2', include: ['TAGS'] }),
  );
  expect(revision.tags).toContainEqual({ key: 'fargate-deploy:commit', value: commit });
  // GitHub knows commits of the workflow's repository alone.
  expect(github.deployments.all.map(({ request }) => request.ref)).toEqual([
    '0123456789abcdef0123456789abcdef01234567',
  ]);
  const back = await world.deploy({ operation: 'rollback' });
  expect(back.log).toContain(`commit ${commit.slice(0, 12)}`);
}, 60_000);

/** What is private to the job, and has to be asked for by an input. */
const secrets = {
  ACTIONS_RUNTIME_TOKEN: 'hunter2',
  ACTIONS_CACHE_URL: 'hunter2',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'hunter2',
  GITHUB_TOKEN: 'hunter2',
  AWS_ACCESS_KEY_ID: 'hunter2',
  AWS_SECRET_ACCESS_KEY: 'hunter2',
  AWS_SESSION_TOKEN: 'hunter2',
  SECRET_OF_JOB: 'hunter2',
};
const aws = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

describe('what docker and git get of the environment of the job', () => {
  it.each<[string, Readonly<Record<string, string>>, object, readonly string[]]>([
    ['nothing that is private', {}, {}, []],
    ['the variables that build-args name', { 'build-args': 'SECRET_OF_JOB\nB=1' }, {}, ['SECRET_OF_JOB']],
    [
      'the tokens of a gha cache',
      { 'cache-from': 'type=gha' },
      {},
      ['ACTIONS_CACHE_URL', 'ACTIONS_RUNTIME_TOKEN'],
    ],
    ['the keys for an s3 cache', { 'cache-to': 'type=s3,region=a,bucket=b' }, {}, aws],
    ['the keys for a credential helper', {}, { credHelpers: { 'example.com': 'ecr-login' } }, aws],
  ])(
    '%s',
    async (_, inputs, config, expected) => {
      await using world = await startWorld();
      using recorders = putRecorders(await digestOfV1(world));
      git(world.workspace, 'init', '-q');
      writeFileSync(join(world.workspace, 'Dockerfile'), 'FROM scratch\n');
      commitAll(world.workspace);
      const home = mkdtempSync(join(tmpdir(), 'home-'));
      writeFileSync(join(home, 'config.json'), JSON.stringify(config));
      try {
        const run = await world.deploy(
          { ...inputs, 'build-secrets': 'token=hunter2', 'wait-for-service-stability': 'false' },
          { PATH: recorders.path, DOCKER_CONFIG: home, ...secrets },
        );
        expect([run.log, run.exitCode]).toEqual([run.log, 0]);
      } finally {
        rmSync(home, { recursive: true });
      }
      const started = recorders.environments();
      expect(new Set(started.map(([name]) => name))).toEqual(new Set(['build', 'git', 'info', 'inspect']));
      for (const [name, environment] of started) {
        const isBuild = name === 'build';
        const secret = Object.keys(environment).filter((key) => environment[key] === 'hunter2');
        const wanted = isBuild ? [...expected, 'FARGATE_DEPLOY_BUILD_SECRET_1'] : [];
        expect([name, secret.toSorted()]).toEqual([name, wanted.toSorted()]);
        const ofRunner = Object.keys(environment).filter((key) => /^(INPUT|GITHUB|RUNNER|STATE)_/.test(key));
        expect([name, ofRunner]).toEqual([name, []]);
        const hasAws = Object.keys(environment).some((key) => key.startsWith('AWS_'));
        expect([name, hasAws]).toEqual([name, isBuild && expected === aws]);
      }
    },
    60_000,
  );
});
