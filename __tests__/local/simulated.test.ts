import { manualClock } from '../../local/base/clock.ts';
import type { Happening, TaskToRun } from '../../local/runtime/runtime.ts';
import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import { simulatedRuntime } from '../../local/runtime/simulated/runtime.ts';
import { readBehaviour } from '../../local/runtime/simulated/variable.ts';

const task: TaskToRun = {
  taskArn: 'arn:aws:ecs:eu-west-1:123456789012:task/default/1',
  taskId: '1',
  taskDefinition: { containerDefinitions: [{ name: 'app', stopTimeout: 7 }] },
  serviceName: 'web',
  startedBy: undefined,
  overrides: undefined,
  imageDigests: {},
};

/** Runs a task for so many seconds, stops it, and answers what happened and when. */
function play(behaviour: Behaviour, stopAfter = 60): string[] {
  const clock = manualClock(0);
  const logs = { hasGroup: () => true, createGroup: () => undefined, append: () => undefined };
  const seen: string[] = [];
  const tell = (happened: Happening): void => {
    const exit = happened.kind === 'exited' ? ` ${happened.exitCode}` : '';
    seen.push(`${clock.now() / 1000} ${happened.kind}${exit}`);
  };
  const running = simulatedRuntime({ clock, logs, behave: () => behaviour }).start(task, tell);
  clock.advance(stopAfter);
  running.stop();
  running.stop();
  clock.advance(120);
  return seen;
}

const up = ['10 provisioned', '10 pull-started', '15 pull-stopped', '16 started'];

describe('a simulated task', () => {
  it.each<{ name: string; behaviour: Behaviour; stopAfter?: number; seen: string[] }>([
    { name: 'runs until it is stopped', behaviour: {}, seen: [...up, '61 exited 0', '61 stopped'] },
    {
      name: 'exits by itself',
      behaviour: { exit: { afterSeconds: 2, exitCode: 1 } },
      seen: [...up, '18 exited 1', '18 stopped'],
    },
    {
      name: 'waits for SIGKILL',
      behaviour: { ignoresSigterm: true },
      seen: [...up, '67 exited 137', '67 stopped'],
    },
    {
      name: 'cannot be pulled',
      behaviour: { neverStarts: { kind: 'cannot-be-pulled', stoppedReason: 'x' } },
      seen: ['10 provisioned', '10 pull-started', '15 failed-to-start', '16 stopped'],
    },
    {
      name: 'cannot be initialized',
      behaviour: { neverStarts: { kind: 'cannot-be-initialized', stoppedReason: 'x' } },
      seen: ['10 provisioned', '10 failed-to-start', '11 stopped'],
    },
    {
      name: 'is never placed',
      behaviour: { neverStarts: { kind: 'not-placed', reason: 'x' } },
      seen: ['10 not-placed', '61 stopped'],
    },
    {
      name: 'is stopped before it starts',
      behaviour: {},
      stopAfter: 12,
      seen: ['10 provisioned', '10 pull-started', '13 stopped'],
    },
    {
      name: 'takes its own time',
      behaviour: { provisionSeconds: 1, pullSeconds: 2, startSeconds: 3 },
      seen: ['1 provisioned', '1 pull-started', '3 pull-stopped', '6 started', '61 exited 0', '61 stopped'],
    },
  ])('$name', ({ behaviour, stopAfter, seen }) => {
    expect(play(behaviour, stopAfter)).toEqual(seen);
  });
});

describe('the variable SIMULATE', () => {
  it.each<{ script: string; behaviour: Behaviour }>([
    { script: '', behaviour: {} },
    { script: 'exit 3 after 2s', behaviour: { exit: { exitCode: 3, afterSeconds: 2 } } },
    {
      script: 'oom',
      behaviour: {
        exit: {
          exitCode: 137,
          afterSeconds: 1,
          reason: 'OutOfMemoryError: Container killed due to memory usage',
        },
      },
    },
    { script: 'unhealthy', behaviour: { health: { status: 'UNHEALTHY' } } },
    { script: 'healthy after 20s', behaviour: { health: { status: 'HEALTHY', afterSeconds: 20 } } },
    {
      script: 'http 200; http timeout after 60s',
      behaviour: {
        answers: [
          { fromSeconds: 0, status: 200 },
          { fromSeconds: 60, status: 'time-out' },
        ],
      },
    },
    { script: 'ignore sigterm; log a; log b c', behaviour: { ignoresSigterm: true, logLines: ['a', 'b c'] } },
    {
      script: 'provision 1s; pull 2s; start 3s',
      behaviour: { provisionSeconds: 1, pullSeconds: 2, startSeconds: 3 },
    },
  ])('reads "$script"', ({ script, behaviour }) => {
    expect(readBehaviour(script)).toEqual(behaviour);
  });

  it('refuses a slip of the pen', () => {
    expect(() => readBehaviour('exit one')).toThrow('SIMULATE: "exit one" is not understood.');
  });
});

describe('the images of a simulated task', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const there: Readonly<Record<string, string>> = { 'own/web v1': digest, [`own/web ${digest}`]: digest };
  const registryOf = (host: string) => ({
    manifest: (repository: string, reference: string) =>
      Promise.resolve(
        there[`${host}/${repository} ${reference}`] === undefined
          ? undefined
          : { digest, mediaType: '', body: '' },
      ),
  });

  /** How the start of a task with these images ends; the second container is a sidecar. */
  async function start(
    images: readonly string[],
    imageDigests: Readonly<Record<string, string>> = {},
  ): Promise<Happening | undefined> {
    const clock = manualClock(0);
    const logs = { hasGroup: () => true, createGroup: () => undefined, append: () => undefined };
    const registries = new Map(['own', 'other'].map((host) => [host, registryOf(host)]));
    const seen: Happening[] = [];
    const containerDefinitions = images.map((image, index) => ({
      name: `app${index}`,
      image,
      essential: index === 0,
    }));
    simulatedRuntime({ clock, logs, behave: () => ({}), registries }).start(
      { ...task, taskDefinition: { containerDefinitions }, imageDigests },
      (happened) => seen.push(happened),
    );
    for (let second = 0; second < 20; second++) {
      clock.advance(1);
      await new Promise(setImmediate);
    }
    return seen.find(({ kind }) => kind === 'started' || kind === 'failed-to-start');
  }

  it.each<[string, string[], Record<string, string>]>([
    ['a tag that the registry has', ['own/web:v1'], {}],
    ['a digest that it has', [`own/web@${digest}`], {}],
    ['an image of another registry, of which nothing is known', ['example.com/web:none', 'web'], {}],
    ['a tag that was taken away since it was resolved', ['own/web:gone'], { app0: digest }],
  ])('are pulled: %s', async (_what, images, digests) => {
    expect(await start(images, digests)).toMatchObject({ kind: 'started' });
  });

  it.each<[string, string[], number, string]>([
    ['a tag that the registry does not have', ['own/web:v2'], 0, 'own/web:v2'],
    ['no tag, and there is no latest', ['own/web'], 0, 'own/web'],
    ['a tag that only another registry has', ['other/web:v1'], 0, 'other/web:v1'],
    ['a repository that is not there', ['own/none:v1'], 0, 'own/none:v1'],
    ['an image of a sidecar', ['own/web:v1', 'own/web:v2'], 1, 'own/web:v2'],
  ])('are not pulled: %s', async (_what, images, blamed, image) => {
    const reason = `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`;
    expect(await start(images)).toEqual({
      kind: 'failed-to-start',
      stoppedReason: reason,
      container: `app${blamed}`,
      containerReason: reason,
    });
  });
});
