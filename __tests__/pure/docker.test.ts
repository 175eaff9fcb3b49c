import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withAuth, withAuthsOf } from '../../src/docker/config-file.ts';
import { coverOf, printedLine } from '../../src/docker/cover.ts';
import { findDocker } from '../../src/docker/docker.ts';
import { openDockerConfig, removeDockerConfig } from '../../src/docker/login.ts';
import { lineSplitter, streamDocker } from '../../src/docker/stream.ts';
import { environmentFor } from '../../src/process/child-environment.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docker-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A signal that is never aborted. */
const never = new AbortController().signal;

/** An environment whose `docker` is a script of the test. */
function withDocker(script: string): NodeJS.ProcessEnv {
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: `${folder}:/usr/bin:/bin` };
}

function configIn(path: string): unknown {
  return JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'));
}

describe('finding docker', () => {
  const info = (client: object) =>
    JSON.stringify({
      ServerVersion: '20.10.24',
      OSType: 'linux',
      Architecture: 'x86_64',
      ClientInfo: client,
    });
  const buildx = (Version: string) => [
    { Name: 'compose', Version: 'v2.1.0' },
    { Name: 'buildx', Version },
  ];

  it.each([
    ['with buildx', { Version: '28.2.2', Plugins: buildx('v0.33.0') }, '28.2.2', '0.33.0'],
    [
      'with a buildx of a package',
      { Version: '28.2.2', Plugins: buildx('0.9.1+ds1') },
      '28.2.2',
      '0.9.1+ds1',
    ],
    [
      'with a buildx built from source',
      { Version: '28.2.2', Plugins: buildx('v0.0.0+unknown') },
      '28.2.2',
      'unknown',
    ],
    ['with an old client and buildx', { Plugins: buildx('v0.33.0') }, 'unknown', '0.33.0'],
    ['without buildx', { Version: '28.2.2', Plugins: [] }, '28.2.2', undefined],
    [
      'with a buildx that does not work',
      { Version: '28.2.2', Plugins: [{ Name: 'buildx', Err: 'no such file' }] },
      '28.2.2',
      undefined,
    ],
    // A client that does not tell it here is asked for its version.
    ['with an old client without buildx', { Plugins: [] }, '20.10.5', undefined],
    ['with plugins that are none', { Plugins: null }, '20.10.5', undefined],
  ])('%s', async (_, client, clientVersion, buildxVersion) => {
    const env = withDocker(`if [ "$1" = version ]; then echo 20.10.5; else echo '${info(client)}'; fi`);
    await expect(findDocker(env, never)).resolves.toEqual({
      env,
      clientVersion,
      buildxVersion,
      engine: { platforms: ['linux/amd64'], hasImageStore: false },
    });
  });

  it('stops when it is aborted, also where the engine does not answer', async () => {
    const aborted = new AbortController();
    const found = findDocker(withDocker('exec sleep 600'), aborted.signal);
    aborted.abort();
    await expect(found).rejects.toBe(aborted.signal.reason);
  });

  it('says that there is no client', async () => {
    await expect(findDocker({ PATH: folder }, never)).rejects.toMatchObject({
      code: 'docker-missing',
      fault: 'yours',
    });
  });

  it.each([
    [{}, 'DOCKER_HOST is not set'],
    [{ DOCKER_HOST: 'unix:///nope.sock' }, 'DOCKER_HOST is unix:///nope.sock'],
    [{ DOCKER_HOST: 'ssh://me:hunter2@host' }, 'DOCKER_HOST is ssh://***@host'],
  ])('says that there is no engine at %j', async (host, where) => {
    // Clients of all ages: the words stand in one of two places.
    const script =
      'DOCKER_HOST' in host
        ? `echo '{"ServerVersion":"","ClientInfo":{"Version":"28.2.2"}}'; echo Cannot connect >&2; exit 1`
        : `echo '{"ServerErrors":["Cannot connect"],"ClientInfo":{}}'`;
    await expect(findDocker({ ...withDocker(script), ...host }, never)).rejects.toMatchObject({
      code: 'docker-engine-missing',
      message: `No Docker engine answers the docker command (${where}). Docker says: Cannot connect`,
    });
  });

  it('says that it is Podman', async () => {
    const podman = { host: { buildahVersion: '1.33.7' }, store: {}, version: { Version: '4.9.3' } };
    const script = `echo 'Emulate Docker CLI using podman.' >&2; echo '${JSON.stringify(podman)}'`;
    await expect(findDocker(withDocker(script), never)).rejects.toMatchObject({
      code: 'docker-missing',
      message:
        "The docker command on this runner is Podman (version 4.9.3), which this action can't build with.",
    });
  });

  it('says that there is no engine for an answer that is none', async () => {
    await expect(findDocker(withDocker('echo no JSON'), never)).rejects.toMatchObject({
      code: 'docker-engine-missing',
    });
  });
});

describe('a login in the configuration', () => {
  const auth = { auth: 'b3Vycw==' };

  it.each([
    ['an empty one', {}, { auths: { 'r:5000': auth } }],
    [
      'one with logins',
      { auths: { 'r:5000': { auth: 'old' }, other: { auth: 'x' } }, currentContext: 'c' },
      { auths: { 'r:5000': auth, other: { auth: 'x' } }, currentContext: 'c' },
    ],
    [
      'one with a store',
      { credsStore: 's' },
      { credsStore: 's', auths: { 'r:5000': auth }, credHelpers: { 'r:5000': '' } },
    ],
    [
      'one with helpers',
      { credHelpers: { 'r:5000': 'ecr-login', other: 'h' } },
      { auths: { 'r:5000': auth }, credHelpers: { 'r:5000': '', other: 'h' } },
    ],
    [
      'one with a helper for another registry',
      { credHelpers: { other: 'h' } },
      { auths: { 'r:5000': auth }, credHelpers: { other: 'h' } },
    ],
  ])('wins in %s', (_, config, expected) => {
    expect(withAuth(config, 'r:5000', auth)).toEqual(expected);
  });

  it('of Docker Hub stands under its URL', () => {
    expect(withAuth({}, 'docker.io', auth)).toEqual({ auths: { 'https://index.docker.io/v1/': auth } });
  });

  it.each([
    [undefined, {}],
    ['', {}],
    ['no JSON', {}],
    ['{"auths": {"r:5000": {"auth": "b3Vycw=="}}}', { auths: { 'r:5000': auth } }],
  ])('DOCKER_AUTH_CONFIG %j', (text, expected) => {
    expect(withAuthsOf({}, text)).toEqual(expected);
  });
});

describe('a configuration of our own', () => {
  let base = '';
  const said: string[] = [];
  const announced: [string, boolean][] = [];
  const open = (more: NodeJS.ProcessEnv = {}) =>
    openDockerConfig({
      env: { DOCKER_CONFIG: base, RUNNER_TEMP: folder, ...more },
      needs: {},
      announce: (path) => announced.push([path, existsSync(path)]),
      say: (line) => said.push(line),
    });

  beforeEach(() => {
    said.length = 0;
    announced.length = 0;
    base = join(folder, 'base');
    mkdirSync(join(base, 'contexts'), { recursive: true });
    writeFileSync(join(base, 'contexts', 'meta.json'), '{}');
  });

  it('is private, has what the user has, and a login that wins', async () => {
    const users = { auths: { other: { auth: 'x' } }, credsStore: 'desktop', currentContext: 'remote' };
    writeFileSync(join(base, 'config.json'), JSON.stringify(users));
    const config = await open({
      DOCKER_AUTH_CONFIG: '{"auths": {"r:5000": {"auth": "theirs"}}}',
      DOCKER_HOST: 'tcp://kept',
      AWS_SESSION_TOKEN: 'lost',
    });
    await config.login('r:5000', 'AWS', 'hunter2');

    expect(configIn(config.path)).toEqual({
      ...users,
      auths: { ...users.auths, 'r:5000': { auth: Buffer.from('AWS:hunter2').toString('base64') } },
      credHelpers: { 'r:5000': '' },
    });
    expect(config.env).toEqual({
      DOCKER_CONFIG: config.path,
      BUILDX_CONFIG: join(base, 'buildx'),
      DOCKER_HOST: 'tcp://kept',
      ...environmentFor({}, { kind: 'docker' }),
    });
    const modes = [config.path, join(config.path, 'config.json')].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600]);
    expect(readFileSync(join(config.path, 'contexts', 'meta.json'), 'utf8')).toBe('{}');
    expect(lstatSync(join(config.path, 'contexts')).isSymbolicLink()).toBe(true);
    expect(said).toEqual([]);
  });

  it('is announced before it is there, and nobody else has its name', async () => {
    const paths = [(await open()).path, (await open()).path];
    expect(announced).toEqual(paths.map((path) => [path, false]));
    expect(new Set(paths).size).toBe(2);
  });

  it('is gone when closed, and nothing else is', async () => {
    const config = await open();
    await config.close();
    await config.close();
    expect([existsSync(config.path), existsSync(join(base, 'contexts', 'meta.json'))]).toEqual([false, true]);
  });

  it('is left alone by its path if it is not ours', async () => {
    await removeDockerConfig(base);
    expect(existsSync(base)).toBe(true);
  });

  it('starts empty where the user has none', async () => {
    const config = await openDockerConfig({
      env: { DOCKER_CONFIG: join(folder, 'none'), RUNNER_TEMP: folder, BUILDX_CONFIG: '/b' },
      needs: {},
      announce: () => undefined,
      say: (line) => said.push(line),
    });
    expect([configIn(config.path), config.env.BUILDX_CONFIG, said]).toEqual([{}, '/b', []]);
  });

  it.each(['{"auths": hunter2', '[]'])('says that %s cannot be read, and does not show it', async (text) => {
    writeFileSync(join(base, 'config.json'), text);
    const config = await open();
    expect(configIn(config.path)).toEqual({});
    expect(said).toEqual([expect.stringMatching(/its logins aren't used/)]);
    expect(said.join()).not.toContain('hunter2');
  });
});

function run(script: string, signal: AbortSignal, say: (line: string) => void = () => undefined) {
  return streamDocker({ env: withDocker(script), args: ['build'], folder, say, signal });
}

describe('a long command', () => {
  it('is heard line by line', async () => {
    const said: string[] = [];
    const ended = await run(`printf 'one\\r\\n\\n two\\rthree'; exit 3`, never, (line) => said.push(line));
    expect([ended, said]).toEqual([{ exitCode: 3, lines: said }, ['one', ' two', 'three']]);
  });

  it('keeps only the last lines', async () => {
    const { lines } = await run('i=0; while [ $i -lt 700 ]; do echo $i; i=$((i+1)); done', never);
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([500, '200', '699']);
  });

  it.each([
    ['at once', ''],
    ['though it ignores the signal', 'trap "" TERM;'],
  ])('ends with all its children when aborted, %s', async (_, trap) => {
    const abort = new AbortController();
    // The child holds the output open, and would for an hour: the command ends only when the child has ended too.
    const script = `${trap} sh -c '${trap} echo up; sleep 3600; sleep 3600' & wait; wait`;
    const running = run(script, abort.signal, () => abort.abort());
    await expect(running).rejects.toMatchObject({
      code: 'cancelled',
      message: 'docker build was cancelled.',
    });
  });

  it('does not start when aborted before', async () => {
    const said: string[] = [];
    await expect(run('echo started', AbortSignal.abort(), (line) => said.push(line))).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(said).toEqual([]);
  });

  it('that does not exist is said so', async () => {
    const running = streamDocker({
      env: { PATH: folder },
      args: [],
      folder,
      say: () => undefined,
      signal: never,
    });
    await expect(running).rejects.toMatchObject({ code: 'docker-missing' });
  });

  it('is not kept by a program in the background that holds its output', async () => {
    const said: string[] = [];
    // It would hold it for an hour.
    const script = 'sleep 3600 & echo $!; echo built; exit 0';
    const ended = await run(script, never, (line) => said.push(line));
    process.kill(Number(said[0]));
    expect([ended.exitCode, said[1]]).toEqual([0, 'built']);
  }, 30_000);

  it('of a moment is not kept by one either', async () => {
    const info = JSON.stringify({ ServerVersion: '28.0.0', ClientInfo: { Version: '28.0.0' } });
    const env = withDocker(`sleep 3600 & echo $! >${folder}/pid; echo '${info}'`);
    const { clientVersion } = await findDocker(env, never);
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')));
    expect(clientVersion).toBe('28.0.0');
  }, 30_000);

  it('is read as it prints, and shown with its secrets covered', async () => {
    const [said, read]: [string[], string[]] = [[], []];
    const { lines } = await streamDocker({
      env: withDocker('echo digest: sha256:abcdef0123; echo the key is abcdef'),
      args: ['build'],
      folder,
      cover: coverOf(['abcdef']),
      say: (line) => said.push(line),
      read: (line) => read.push(line),
      signal: never,
    });
    expect(said).toEqual(['digest: sha256:***0123', 'the key is ***']);
    expect(lines).toEqual(['digest: sha256:abcdef0123', 'the key is abcdef']);
    expect(read).toEqual(lines);
  });

  it('has no line that grows without an end', () => {
    const heard: (readonly [number, boolean])[] = [];
    const { take, end } = lineSplitter((line, isCut) => heard.push([line.length, isCut]), 100);
    for (let count = 0; count < 10_000; count++) take('x'.repeat(1000));
    take('\nshort\n');
    end();
    expect(heard).toEqual([
      [100, true],
      [5, false],
    ]);
  });

  it.each([
    ['a line that is whole', `${'x'.repeat(3996)}hunter22`, false, `${'x'.repeat(3996)}***`],
    ['one that is cut within a secret', `${'x'.repeat(3998)}hunter`, true, 'x'.repeat(3996)],
    ['one with a secret before', `hunter22${'x'.repeat(3994)}hunte`, true, `***${'x'.repeat(3991)}`],
  ])('covers the secrets of %s', (_what, text, isCut, shown) => {
    expect(printedLine(text, isCut, coverOf(['hunter22'])).shown).toBe(shown);
  });

  it('makes lines of any pieces', () => {
    const lines: string[] = [];
    const { take, end } = lineSplitter((line) => lines.push(line));
    for (const piece of ['a', 'b\r', '\nc\n', '\n', 'd']) take(piece);
    end();
    end();
    expect(lines).toEqual(['ab', 'c', 'd']);
  });
});
