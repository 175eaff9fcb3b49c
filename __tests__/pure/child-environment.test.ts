import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { helpersOf } from '../../src/docker/config-file.ts';
import { type Child, environmentFor } from '../../src/process/child-environment.ts';
import { findProgram } from '../../src/process/program.ts';

/** What a job may have in its environment; each value is the name. */
function jobWith(...names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.map((name) => [name, name]));
}

const ofSystem = ['PATH', 'HOME', 'USER', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ'];
const ofWindows = [
  'Path',
  'SystemRoot',
  'USERPROFILE',
  'APPDATA',
  'LocalAppData',
  'PATHEXT',
  'ProgramData',
  'ProgramFiles(x86)',
];
const ofDocker = [
  'DOCKER_HOST',
  'DOCKER_CONFIG',
  'DOCKER_BUILDKIT',
  'BUILDX_BUILDER',
  'BUILDKIT_HOST',
  'EXPERIMENTAL_BUILDKIT_SOURCE_POLICY',
  'SOURCE_DATE_EPOCH',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'all_proxy',
  'SSH_AUTH_SOCK',
  'XDG_RUNTIME_DIR',
  'SSL_CERT_FILE',
  'KUBECONFIG',
  'FARGATE_DEPLOY_MARK',
];
const ofAws = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_REGION',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
];
const ofCache = [
  'ACTIONS_CACHE_URL',
  'ACTIONS_RESULTS_URL',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_CACHE_SERVICE_V2',
];
const ofNobody = [
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GITHUB_OUTPUT',
  'GITHUB_STATE',
  'GITHUB_ENV',
  'INPUT_BUILD-SECRETS',
  'INPUT_GITHUB-TOKEN',
  'STATE_journal',
  'RUNNER_TOKEN',
  'NPM_TOKEN',
  'DATABASE_URL',
  'MY_AWS_KEY',
  'NODE_OPTIONS',
  'LD_PRELOAD',
  'BASH_ENV',
  'GIT_DIR',
  'GIT_SSH_COMMAND',
  'GIT_EXTERNAL_DIFF',
  'GIT_CONFIG_PARAMETERS',
  'PATHOLOGY',
];
const job = jobWith(
  ...ofSystem,
  ...ofDocker,
  ...ofAws,
  ...ofCache,
  ...ofNobody,
  'CLOUDSDK_CONFIG',
  'AZURE_TENANT_ID',
);

/** The variables of the job that a child gets, and of these alone. */
function passed(child: Child, from = job): readonly string[] {
  return Object.keys(environmentFor(from, child)).filter(
    (name) => from[name] === environmentFor(from, child)[name],
  );
}

describe('the environment of a child', () => {
  it('of git has nothing but what finds programs and files', () => {
    expect(passed({ kind: 'git' })).toEqual(ofSystem.filter((name) => name !== 'LC_ALL'));
  });

  it.each<[string, Omit<Child & { kind: 'docker' }, 'kind'>, readonly string[]]>([
    ['a question', {}, []],
    ['a build', { caches: ['type=registry,ref=a', 'a/b:c', 'type=inline'], helpers: [] }, []],
    ['a cache of type gha', { caches: ['type=gha,scope=a'] }, ofCache],
    ['a cache of type gha, named last', { caches: ['mode=max,type=gha'] }, ofCache],
    ['a cache that only looks like it', { caches: ['type=registry,ref=type-gha', 'type=ghas'] }, []],
    ['a cache of type s3', { caches: ['type=s3,bucket=a'] }, ofAws],
    ['the credential helper of ECR', { helpers: ['ecr-login'] }, ofAws],
    ['a credential helper that nobody knows', { helpers: ['corp'] }, ofAws],
    [
      "the system's credential helpers",
      { helpers: ['desktop', 'osxkeychain', 'wincred', 'pass', 'secretservice'] },
      [],
    ],
    ['the credential helper of Google', { helpers: ['gcloud'] }, ['CLOUDSDK_CONFIG']],
    ['the credential helper of Azure', { helpers: ['acr-env'] }, ['AZURE_TENANT_ID']],
    ['variables that an input names', { variables: ['NPM_TOKEN', 'NOT_THERE'] }, ['NPM_TOKEN']],
  ])('of docker for %s', (_, needs, more) => {
    expect(passed({ kind: 'docker', ...needs }).toSorted()).toEqual(
      [...ofSystem, ...ofDocker, ...more].toSorted(),
    );
  });

  it.each<Child>([{ kind: 'git' }, { kind: 'docker' }])("has Windows' own, in any case: %j", (child) => {
    expect(passed(child, jobWith(...ofWindows))).toEqual(ofWindows);
  });

  it.each<Child>([{ kind: 'git' }, { kind: 'docker' }])('makes git obey no folder: %j', (child) => {
    const env = { PATH: process.env.PATH, ...environmentFor({ GIT_CONFIG_COUNT: '0' }, child) };
    const told = (key: string) =>
      execFileSync('git', ['config', '--get', key], { env, encoding: 'utf8' }).trim();
    expect(told('safe.bareRepository')).toBe('explicit');
    expect(told('core.fsmonitor')).toBe('false');
    expect(told('core.hooksPath')).toBe('/dev/null');
  });
});

it.each([
  [{}, []],
  [{ credsStore: '', credHelpers: { a: '' } }, []],
  [
    { credsStore: 'desktop', credHelpers: { a: 'ecr-login', b: 'ecr-login', c: 'gcloud' } },
    ['desktop', 'ecr-login', 'gcloud'],
  ],
  [{ credsStore: 1, credHelpers: ['x'] }, []],
])('the helpers of %j', (config, expected) => {
  expect(helpersOf(config)).toEqual(expected);
});

describe('a program', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'program-'));
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/docker'), '', { mode: 0o755 });
    mkdirSync(join(folder, 'folder/docker'), { recursive: true });
    mkdirSync(join(folder, 'text'));
    writeFileSync(join(folder, 'text/docker'), '', { mode: 0o644 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['in a folder of PATH', (at: string) => `/nowhere:${at}/folder:${at}/text:${at}/bin`, true],
    ['in an empty entry, which is the folder that it is started in', () => '', false],
    ['in a relative folder', () => 'bin:./bin:.:', false],
    ['nowhere', () => '/nowhere', false],
  ])('is looked for %s', (_, path, isFound) => {
    const before = process.cwd();
    process.chdir(join(folder, 'bin'));
    try {
      const found = findProgram('docker', { PATH: path(folder) });
      expect(found).toBe(isFound ? join(folder, 'bin/docker') : undefined);
    } finally {
      process.chdir(before);
    }
  });

  it('is nowhere without PATH', () => {
    expect(findProgram('docker', {})).toBeUndefined();
  });
});
