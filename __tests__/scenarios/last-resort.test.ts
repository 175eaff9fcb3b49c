import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { StepRun } from '../../scripts/runner.ts';
import { scriptedDocker, waitsForGo } from './scripted-docker.ts';
import { startWorld } from './world.ts';

/** Takes no byte: ENOSPC for every write, as a disk that is full. Only Linux has it; elsewhere these tests are skipped. */
const full = '/dev/full';
const hasFull = existsSync(full);
const describeFull = hasFull ? describe : describe.skip;
const itFull = hasFull ? it.concurrent : it.skip;
const crashing = { v2: { exit: { afterSeconds: 1, exitCode: 1 } } };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-resort-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const errorsOf = ({ annotations }: StepRun) => annotations.filter(({ level }) => level === 'error');
const warningsOf = ({ annotations }: StepRun) => annotations.filter(({ level }) => level === 'warning');

/** A line of the bundle is longer than any of ours. */
const longestLine = ({ printed }: StepRun): number =>
  Math.max(...printed.split('\n').map((line) => line.length));

/** Code that runs in the step's process before the bundle. */
function preload(name: string, code: string): Readonly<Record<string, string>> {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, code);
  return { NODE_OPTIONS: `--import=file://${file}` };
}

describeFull.each([
  ['GITHUB_OUTPUT', 'The outputs could not be set: ENOSPC'],
  ['GITHUB_STEP_SUMMARY', 'The job summary could not be written: ENOSPC'],
])('%s cannot be written', (variable, says) => {
  it.concurrent('a good deployment is green, with a warning', async () => {
    await using world = await startWorld();
    const run = await world.deploy({ image: 'v2' }, { [variable]: full });
    expect({ log: run.log, exitCode: run.exitCode }).toEqual({ log: run.log, exitCode: 0 });
    expect(run.log).toMatch(/^deployed: /m);
    expect(errorsOf(run)).toEqual([]);
    expect(warningsOf(run).map(({ message }) => message)).toEqual([expect.stringContaining(says)]);
    expect(run.summary !== '').toBe(variable === 'GITHUB_OUTPUT');
    expect(run.outputs.result).toBe(variable === 'GITHUB_OUTPUT' ? undefined : 'deployed');
    expect(await world.settled()).toBe('v2');
  });

  it.concurrent('a version that crashes is told with its cause, in one error', async () => {
    await using world = await startWorld({ behaviours: crashing });
    const run = await world.deploy({ image: 'v2' }, { [variable]: full });
    expect({ log: run.log, exitCode: run.exitCode }).toEqual({ log: run.log, exitCode: 1 });
    expect(errorsOf(run).map(({ title }) => title)).toEqual(['fargate-deploy: rolled-back']);
    expect(warningsOf(run)).toEqual([]);
    expect(run.log).toMatch(/^Likely cause: /m);
    expect(run.log).toContain(says);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('a run that is refused says why', async () => {
    await using world = await startWorld();
    const run = await world.deploy({ service: 'missing', image: 'v2' }, { [variable]: full });
    expect({ exitCode: run.exitCode, errors: errorsOf(run).length }).toEqual({ exitCode: 1, errors: 1 });
    expect(errorsOf(run)[0]?.message).toMatch(/missing/);
    expect(run.log).toContain(says);
  });
});

describeFull('GITHUB_STATE cannot be written', () => {
  it.concurrent.each(['deploy', 'rollback'])('at the start: %s is refused', async (operation) => {
    await using world = await startWorld();
    world.fargate.calls.clear();
    const inputs = operation === 'deploy' ? { image: 'v2' } : {};
    const run = await world.deploy({ operation, ...inputs }, { GITHUB_STATE: full });
    expect({ exitCode: run.exitCode, outputs: run.outputs, calls: world.fargate.calls.all() }).toMatchObject({
      exitCode: 1,
      outputs: { result: 'failed', reason: 'runner-failed' },
      calls: [],
    });
    expect(errorsOf(run)).toHaveLength(1);
    expect(errorsOf(run)[0]?.message).toMatch(/ENOSPC.*Without it, nothing could roll back/);
  });

  it.concurrent.each([
    ['before the update: the service is not touched', /ecs:RegisterTaskDefinition: .* trying again/, 'v1'],
    [
      'after it: the run goes on and says that post cannot finish it',
      /deployment \S+ of web:2 has begun/,
      'v2',
    ],
  ])('%s', async (_what, moment, runs) => {
    await using world = await startWorld();
    const state = join(folder, `state-${runs}`);
    writeFileSync(state, '');
    world.fargate.faults.add({
      operation: 'RegisterTaskDefinition',
      fault: { kind: 'throttle' },
      times: 2,
    });
    const step = world.start({ image: 'v2' }, { GITHUB_STATE: state });
    await step.printed(moment);
    rmSync(state);
    symlinkSync(full, state);
    const run = await step.finished;
    const isUpdated = runs === 'v2';
    expect({ log: run.log, exitCode: run.exitCode, outputs: run.outputs }).toMatchObject({
      log: run.log,
      exitCode: isUpdated ? 0 : 1,
      outputs: { reason: isUpdated ? 'completed' : 'runner-failed' },
    });
    expect(run.log.match(/its post can't finish it/g) ?? []).toHaveLength(isUpdated ? 1 : 0);
    expect(world.fargate.calls.of('UpdateService')).toHaveLength(isUpdated ? 1 : 0);
    expect(await world.settled()).toBe(runs);
  });

  it.concurrent('in post: it finishes all the same', async () => {
    await using world = await startWorld({ behaviours: { v2: { pullSeconds: 1200 } } });
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    step.send('SIGKILL');
    const post = await world.post({ image: 'v2' }, await step.finished, { GITHUB_STATE: full });
    expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: post.log, exitCode: 0 });
    expect(await world.settled()).toBe('v1');
  });
});

describe("the private Docker configuration can't be made", () => {
  it.concurrent.each([
    ['its folder', 'mkdir', 'ENOSPC', /ENOSPC/, /disk is full/],
    ['its file', 'writeFile', 'ENOSPC', /ENOSPC/, /disk is full/],
    ['its folder, which is not writable', 'mkdir', 'EACCES', /EACCES/, /owner and the permissions/],
  ])('%s: nothing is built, and no service is touched', async (name, call, code, says, advice) => {
    await using world = await startWorld();
    writeFileSync(join(world.workspace, 'Dockerfile'), 'FROM scratch\n');
    writeFileSync(join(world.workspace, 'go'), '');
    const temporary = mkdtempSync(join(folder, 'runner-temp-'));
    const environment = {
      ...preload(
        name.replaceAll(/[ ,]+/g, '-'),
        `import fs from 'node:fs/promises';
         import { syncBuiltinESMExports } from 'node:module';
         const { ${call} } = fs;
         fs.${call} = (path, ...rest) => {
           if (!String(path).includes('fargate-deploy-docker-')) return ${call}(path, ...rest);
           const error = new Error('${code}: refused, ' + path);
           return Promise.reject(Object.assign(error, { code: '${code}', errno: -1, syscall: '${call}', path }));
         };
         syncBuiltinESMExports();`,
      ),
      RUNNER_TEMP: temporary,
      PATH: `${scriptedDocker(`sha256:${'a'.repeat(64)}`, { build: waitsForGo })}${delimiter}${process.env.PATH ?? ''}`,
    };
    const inputs = { build: 'true' };
    const run = await world.deploy(inputs, environment);
    expect({ log: run.log, exitCode: run.exitCode, outputs: run.outputs }).toMatchObject({
      log: run.log,
      exitCode: 1,
      outputs: { result: 'failed', reason: 'runner-failed' },
    });
    expect(errorsOf(run)).toHaveLength(1);
    expect(errorsOf(run)[0]?.message).toMatch(says);
    expect(run.log + errorsOf(run)[0]?.message).toMatch(advice);
    expect(run.log).not.toContain('the build has begun');
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    const post = await world.post(inputs, run, environment);
    expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: '', exitCode: 0 });
    expect(await world.settled()).toBe('v1');
  });
});

describe('nobody reads what the step prints', () => {
  it.concurrent.each([
    { version: 'a good version', behaviours: {}, exitCode: 0, result: 'deployed', runs: 'v2' },
    {
      version: 'a version that crashes',
      behaviours: crashing,
      exitCode: 1,
      result: 'rolled-back',
      runs: 'v1',
    },
  ])('$version: the run goes on, and is told in outputs and summary', async (one) => {
    await using world = await startWorld({ behaviours: one.behaviours });
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    step.stopReading();
    const run = await step.finished;
    expect({ exitCode: run.exitCode, result: run.outputs.result, runs: await world.settled() }).toEqual({
      exitCode: one.exitCode,
      result: one.result,
      runs: one.runs,
    });
    expect(run.summary).toContain('web');
  });

  itFull('and nothing can be written: the exit code still tells', async () => {
    await using world = await startWorld({ behaviours: crashing });
    const step = world.start({ image: 'v2' }, { GITHUB_OUTPUT: full, GITHUB_STEP_SUMMARY: full });
    await step.printed(/has begun/);
    step.stopReading();
    expect((await step.finished).exitCode).toBe(1);
    expect(await world.settled()).toBe('v1');
  });
});

describe('an error that nobody catches', () => {
  it.concurrent.each([
    ['thrown', 'throw new Error("astray")'],
    ['rejected', 'void Promise.reject(new Error("astray"))'],
    ['no error at all', 'throw null'],
  ])('%s in the middle: the deployment goes on to its end', async (name, statement) => {
    await using world = await startWorld();
    const environment = preload(name.replaceAll(' ', '-'), `setTimeout(() => { ${statement}; }, 500);`);
    const run = await world.deploy({ image: 'v2' }, environment);
    expect({ log: run.log, exitCode: run.exitCode, result: run.outputs.result }).toEqual({
      log: run.log,
      exitCode: 0,
      result: 'deployed',
    });
    expect(run.log).toMatch(
      /^An unexpected error, which the run does not wait for; it goes on: (astray|null)$/m,
    );
    expect(longestLine(run)).toBeLessThan(2000);
    expect(await world.settled()).toBe('v2');
  });

  it.concurrent('a run that waits for nothing any more says so and ends red', async () => {
    await using world = await startWorld();
    world.fargate.calls.clear();
    writeFileSync(join(world.workspace, 'web.json'), '{}');
    const environment = preload(
      'never',
      `import fs from 'node:fs/promises';
       import { syncBuiltinESMExports } from 'node:module';
       const { open } = fs;
       fs.open = (path, ...rest) =>
         String(path).endsWith('web.json') ? new Promise(() => {}) : open(path, ...rest);
       syncBuiltinESMExports();`,
    );
    const run = await world.deploy({ image: 'v2', 'task-definition': 'web.json' }, environment);
    expect({ exitCode: run.exitCode, outputs: run.outputs }).toMatchObject({
      exitCode: 1,
      outputs: { result: 'failed', reason: 'unexpected' },
    });
    expect(errorsOf(run)).toHaveLength(1);
    expect(errorsOf(run)[0]?.message).toContain('waits for something that will never come');
    expect(longestLine(run)).toBeLessThan(2000);
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
  });
});

// Only Linux tells which processes are the step's.
const describeLinux = process.platform === 'linux' ? describe : describe.skip;

describeLinux('the step itself ends the docker commands that it leaves behind', () => {
  /** Shell lines that note the process, which goes on for two minutes. */
  const goesOn = (file: string): string => `sleep 120 >/dev/null 2>&1 &
    echo $! > ${file}`;

  function isRunning(workspace: string, file: string): boolean {
    try {
      return process.kill(Number(readFileSync(join(workspace, file), 'utf8')), 0);
    } catch {
      return false;
    }
  }

  it.concurrent('a question to a silent engine, when the run is refused before its answer', async () => {
    await using world = await startWorld();
    writeFileSync(join(world.workspace, 'Dockerfile'), 'FROM scratch\n');
    const asks = 'echo $$ > asks; exec sleep 120';
    const docker = scriptedDocker(`sha256:${'a'.repeat(64)}`, { build: ':', info: asks });
    const environment = { PATH: `${docker}${delimiter}${process.env.PATH ?? ''}` };
    const inputs = { service: 'missing', build: 'true' };
    const run = await world.deploy(inputs, environment);
    expect({ log: run.log, exitCode: run.exitCode, outputs: run.outputs }).toMatchObject({
      log: run.log,
      exitCode: 1,
      outputs: { reason: 'service-missing' },
    });
    expect(existsSync(join(world.workspace, 'asks'))).toBe(true);
    expect(isRunning(world.workspace, 'asks')).toBe(false);
    const post = await world.post(inputs, run, environment);
    expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: '', exitCode: 0 });
  });

  it.concurrent("a build's process and its configuration, when the run waits for nothing any more", async () => {
    await using world = await startWorld();
    writeFileSync(join(world.workspace, 'Dockerfile'), 'FROM scratch\n');
    const temporary = mkdtempSync(join(folder, 'runner-temp-'));
    const docker = scriptedDocker(`sha256:${'a'.repeat(64)}`, { build: goesOn('builds') });
    const environment = {
      ...preload(
        'no-digest',
        `import fs from 'node:fs/promises';
         import { syncBuiltinESMExports } from 'node:module';
         const { readFile } = fs;
         fs.readFile = (path, ...rest) =>
           String(path).endsWith('metadata.json') ? new Promise(() => {}) : readFile(path, ...rest);
         syncBuiltinESMExports();`,
      ),
      RUNNER_TEMP: temporary,
      PATH: `${docker}${delimiter}${process.env.PATH ?? ''}`,
    };
    const inputs = { build: 'true' };
    const run = await world.deploy(inputs, environment);
    expect({ log: run.log, exitCode: run.exitCode, outputs: run.outputs }).toMatchObject({
      log: run.log,
      exitCode: 1,
      outputs: { result: 'failed', reason: 'unexpected' },
    });
    expect(existsSync(join(world.workspace, 'builds'))).toBe(true);
    expect(isRunning(world.workspace, 'builds')).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
    const post = await world.post(inputs, run, environment);
    expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: '', exitCode: 0 });
  });
});
