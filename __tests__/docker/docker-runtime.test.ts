import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { runningClock } from '../../local/base/clock.ts';
import { dockerRuntime } from '../../local/runtime/docker/runtime.ts';
import type { Document } from '../../local/server/operation.ts';
import { answers, type Ground, prepare, secret } from './docker-runtime-ground.ts';

let ground: Ground;

beforeAll(async () => {
  ground = await prepare();
}, 60_000);

afterAll(() => ground.close());

/** A container of the image that runs this line of shell. */
function shell(line: string, more: Document = {}): Document {
  return { name: 'web', image: ground.image, command: ['sh', '-c', line], ...more };
}

const logConfiguration = {
  logDriver: 'awslogs',
  options: { 'awslogs-group': 'app', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'ecs' },
};

describe('a task in Docker', () => {
  it('runs, answers on its port, is healthy, prints into its log and ends on SIGTERM', async () => {
    const line = `trap 'echo bye; exit 0' TERM; echo hello; echo oops >&2; echo ok > /tmp/index.html; httpd -f -p 8080 -h /tmp & wait`;
    const task = ground.run([
      shell(line, {
        portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
        healthCheck: { command: ['CMD-SHELL', 'wget -qO- 127.0.0.1:8080'], interval: 5, retries: 2 },
        logConfiguration,
      }),
    ]);
    const { address } = await task.until('started');
    await answers(address, 8080, 200);
    expect(await task.until('health')).toEqual({ kind: 'health', container: 'web', status: 'HEALTHY' });
    task.stop();

    const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
    expect(await task.story).toEqual([
      { kind: 'provisioned' },
      { kind: 'pull-started' },
      { kind: 'pull-stopped', imageDigests: { web: digest } },
      { kind: 'started', address },
      { kind: 'health', container: 'web', status: 'HEALTHY' },
      { kind: 'exited', container: 'web', exitCode: 0 },
      { kind: 'stopped' },
    ]);
    expect(ground.lines.get(`ecs/web/${task.id}`)?.toSorted()).toEqual(['bye', 'hello', 'oops']);
    expect(await containersOf(task.id)).toEqual([]);
  });

  it('reports exit codes, with the log complete', async () => {
    const task = ground.run([shell('for i in 1 2 3; do echo line $i; done; exit 3', { logConfiguration })]);
    await task.until('exited').then(({ exitCode }) => expect(exitCode).toBe(3));
    expect(ground.lines.get(`ecs/web/${task.id}`)).toEqual(['line 1', 'line 2', 'line 3']);
    expect((await task.story).at(-1)).toEqual({ kind: 'stopped' });
  });

  it('says when memory has run out', async () => {
    // The shell lives on a second: when a control group goes with its process, the engine may never hear of it.
    const line = 'dd if=/dev/zero of=/dev/null bs=64M count=1; code=$?; sleep 1; exit $code';
    const task = ground.run([shell(line, { memory: 32 })]);
    expect(await task.until('exited')).toMatchObject({
      reason: 'OutOfMemoryError: Container killed due to memory usage',
      exitCode: 137,
    });
    await task.story;
  });

  it('kills a container that does not end within its stop timeout', async () => {
    const task = ground.run([shell(`trap '' TERM; while :; do sleep 1; done`, { stopTimeout: 2 })]);
    await task.until('started');
    task.stop();
    task.stop();
    expect(await task.story).toContainEqual({ kind: 'exited', container: 'web', exitCode: 137 });
  });

  it('lets containers reach each other on localhost, in the order of dependsOn', async () => {
    const task = ground.run(
      [
        shell(
          'test "$PASSWORD $MODE" = "open sesame fast" && echo ok > /shared/page && cat /shared/page; wget -qO- 127.0.0.1:9000/page',
          {
            name: 'client',
            essential: false,
            environment: [{ name: 'MODE', value: 'fast' }],
            secrets: [{ name: 'PASSWORD', valueFrom: secret }],
            dependsOn: [{ containerName: 'server', condition: 'HEALTHY' }],
            mountPoints: [{ sourceVolume: 'shared', containerPath: '/shared' }],
            logConfiguration,
          },
        ),
        shell('trap "exit 0" TERM; httpd -f -p 127.0.0.1:9000 -h /shared & wait', {
          name: 'server',
          dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }],
          healthCheck: { command: ['CMD', 'wget', '-qO-', '127.0.0.1:9000/ready'], interval: 5 },
          mountPoints: [{ sourceVolume: 'shared', containerPath: '/shared', readOnly: true }],
        }),
        shell('echo yes > /shared/ready', {
          name: 'init',
          essential: false,
          mountPoints: [{ sourceVolume: 'shared', containerPath: '/shared' }],
        }),
      ],
      { volumes: [{ name: 'shared' }] },
    );
    await task.until('started');
    await task.until('exited', 'client');
    task.stop();
    expect((await task.story).filter(({ kind }) => kind === 'exited')).toEqual(
      ['init', 'client', 'server'].map((container) => ({ kind: 'exited', container, exitCode: 0 })),
    );
    expect(ground.lines.get(`ecs/client/${task.id}`)).toEqual(['ok', 'ok']);
  });

  it('can be stopped before it runs', async () => {
    const task = ground.run([shell('sleep 100')]);
    task.stop();
    expect(await task.story).toEqual([{ kind: 'stopped' }]);
  });
});

describe('a task that cannot start', () => {
  it.each<[string, () => Document, Document]>([
    [
      'a command that does not exist',
      () => ({ name: 'web', image: ground.image, command: ['/app/server'] }),
      {
        stoppedReason: 'Task failed to start',
        container: 'web',
        containerReason: expect.stringMatching(
          /^CannotStartContainerError: .*OCI runtime create failed.*exec: "\/app\/server": stat \/app\/server: no such file or directory/,
        ),
      },
    ],
    [
      'an image that is not there',
      () => shell('true', { image: ground.image.replace(':1', ':2') }),
      {
        stoppedReason: expect.stringMatching(
          /^CannotPullContainerError: pull image manifest has been retried 1 time\(s\): failed to resolve ref 127\.0\.0\.1:\d+\/app:2: .*: not found$/,
        ),
        container: 'web',
        containerReason: expect.stringContaining('CannotPullContainerError'),
      },
    ],
    [
      'an image that only this machine has',
      () => shell('true', { image: 'fargate-deploy/base:1' }),
      {
        stoppedReason: expect.stringMatching(/^CannotPullContainerError: /),
        container: 'web',
        containerReason: expect.stringMatching(/^CannotPullContainerError: /),
      },
    ],
    [
      'a registry that does not answer',
      () => shell('true', { image: '127.0.0.1:9/app:1' }),
      {
        stoppedReason: expect.stringMatching(
          /^CannotPullContainerError: There is a connection issue between the task and the registry.*connection refused/,
        ),
        container: 'web',
        containerReason: expect.stringContaining('connection refused'),
      },
    ],
    [
      'a log group that is missing',
      () =>
        shell('true', {
          logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'missing' } },
        }),
      {
        stoppedReason: expect.stringMatching(
          /^ResourceInitializationError: failed to validate logger args: .*The specified log group does not exist/,
        ),
      },
    ],
    [
      'a secret without a value',
      () => shell('true', { secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:other' }] }),
      {
        stoppedReason: expect.stringMatching(
          /^ResourceInitializationError: unable to pull secrets or registry auth: .*TOKEN/,
        ),
      },
    ],
  ])('because of %s', async (_, container, failure) => {
    const task = ground.run([container()]);
    const story = await task.story;
    expect(story.slice(-2)).toEqual([{ kind: 'failed-to-start', ...failure }, { kind: 'stopped' }]);
    expect(await containersOf(task.id)).toEqual([]);
  });

  it('because the image is for another processor', async () => {
    const other = process.arch === 'arm64' ? 'X86_64' : 'ARM64';
    const task = ground.run([shell('true')], { runtimePlatform: { cpuArchitecture: other } });
    expect(await task.until('failed-to-start')).toMatchObject({
      stoppedReason: expect.stringMatching(
        /^CannotPullContainerError: .*image Manifest does not contain descriptor matching platform 'linux\/(arm64|amd64)'$/,
      ),
    });
    await task.story;
  });

  it('because a container that it waits for has failed', async () => {
    const task = ground.run([
      shell('sleep 100', { dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }] }),
      shell('exit 1', { name: 'init', essential: false }),
    ]);
    expect((await task.story).slice(-3)).toEqual([
      { kind: 'exited', container: 'init', exitCode: 1 },
      {
        kind: 'failed-to-start',
        stoppedReason: 'Task failed to start',
        container: 'web',
        containerReason: expect.stringContaining('web waits for init to be SUCCESS'),
      },
      { kind: 'stopped' },
    ]);
  });
});

describe('a runtime', () => {
  const logs = { hasGroup: () => true, createGroup: () => undefined, append: () => undefined };

  it('removes what a killed process has left', async () => {
    const { pid } = spawnSync('true');
    const label = `fargate-deploy.owner=${hostname()}/${pid}`;
    const made = await ground.engine.run(['create', '--label', label, 'fargate-deploy/base:1']);
    const runtime = await dockerRuntime({ clock: runningClock(), logs });
    await runtime.close();
    expect((await ground.engine.run(['inspect', made.stdout.trim()])).exitCode).toBe(1);
  });

  it('removes what it runs when it is closed, and nothing of others', async () => {
    const other = ground.run([shell('sleep 100', { stopTimeout: 2 })]);
    await other.until('started');
    const second = await prepare();
    const task = second.run([shell('sleep 100', { image: second.image })]);
    await task.until('started');
    await second.close();
    expect(await containersOf(task.id)).toEqual([]);
    expect(await containersOf(other.id)).toHaveLength(2);
    other.stop();
    await other.story;
  });
});

async function containersOf(taskId: string): Promise<readonly string[]> {
  const filter = `label=fargate-deploy.task=${taskId}`;
  const { stdout } = await ground.engine.run(['ps', '--all', '--quiet', '--filter', filter]);
  return stdout.split('\n').filter((line) => line !== '');
}
