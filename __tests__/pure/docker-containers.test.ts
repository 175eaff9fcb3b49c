import { manualClock } from '../../local/base/clock.ts';
import type { Container } from '../../local/runtime/container.ts';
import { readPublished } from '../../local/runtime/docker/address.ts';
import { healthCommand, readExit } from '../../local/runtime/docker/container.ts';
import { afterCheck, type HealthProgress, watchHealth } from '../../local/runtime/docker/container-health.ts';
import { type ContainerState, startable, stopOrder } from '../../local/runtime/docker/container-order.ts';
import { stopSeconds } from '../../local/runtime/docker/containers.ts';
import { byDigest } from '../../local/runtime/docker/pull.ts';
import { errorText, pullFailure } from '../../local/runtime/start-failures.ts';

function container(name: string, dependsOn: Readonly<Record<string, string>> = {}): Container {
  return {
    name,
    image: 'app:1',
    isEssential: true,
    dependsOn: Object.entries(dependsOn).map(([other, condition]) => ({ container: other, condition })),
    entryPoint: [],
    command: [],
    environment: {},
    secrets: [],
    tcpPorts: [],
    cpuUnits: 0,
    memoryMiB: 512,
    memoryReservationMiB: undefined,
    stopTimeoutSeconds: 30,
    healthCheck: undefined,
    logs: undefined,
    definition: {},
  };
}

const waiting: ContainerState = { kind: 'waiting' };
const running: ContainerState = { kind: 'running', health: 'UNKNOWN' };
const healthy: ContainerState = { kind: 'running', health: 'HEALTHY' };
const unhealthy: ContainerState = { kind: 'running', health: 'UNHEALTHY' };
const exited = (exitCode: number): ContainerState => ({ kind: 'exited', exitCode });

describe('dependsOn', () => {
  it.each<[string, string, ContainerState, 'starts' | 'waits' | 'never']>([
    ['START', 'waits', waiting, 'waits'],
    ['START', 'runs', running, 'starts'],
    ['START', 'has failed', exited(1), 'starts'],
    ['COMPLETE', 'runs', healthy, 'waits'],
    ['COMPLETE', 'has failed', exited(1), 'starts'],
    ['SUCCESS', 'runs', running, 'waits'],
    ['SUCCESS', 'has exited with 0', exited(0), 'starts'],
    ['SUCCESS', 'has failed', exited(1), 'never'],
    ['HEALTHY', 'runs', running, 'waits'],
    ['HEALTHY', 'is healthy', healthy, 'starts'],
    ['HEALTHY', 'is unhealthy', unhealthy, 'never'],
    ['HEALTHY', 'has exited', exited(0), 'never'],
  ])('%s on a container that %s', (condition, _, state, expected) => {
    const containers = [container('db'), container('web', { db: condition })];
    expect(startable(containers, { db: state, web: waiting })).toEqual({
      start: [...(state === waiting ? ['db'] : []), ...(expected === 'starts' ? ['web'] : [])],
      blocked:
        expected === 'never' ? { container: 'web', dependency: { container: 'db', condition } } : undefined,
    });
  });

  it('starts what depends on nothing at once, and needs every condition', () => {
    const containers = [container('a'), container('b', { a: 'START', c: 'HEALTHY' }), container('c')];
    expect(startable(containers, { a: waiting, b: waiting, c: waiting }).start).toEqual(['a', 'c']);
    expect(startable(containers, { a: running, b: waiting, c: running }).start).toEqual([]);
    expect(startable(containers, { a: running, b: waiting, c: healthy }).start).toEqual(['b']);
  });

  it('stops dependents first', () => {
    const containers = [container('db'), container('web', { db: 'START' }), container('log')];
    expect(stopOrder(containers)).toEqual([['web', 'log'], ['db']]);
  });
});

describe('a health check', () => {
  const check = { retries: 2, startPeriodSeconds: 10 };
  const unknown: HealthProgress = { status: 'UNKNOWN', failuresInARow: 0 };

  it.each<[string, HealthProgress, boolean, number, HealthProgress]>([
    ['a success', unknown, true, 1, { status: 'HEALTHY', failuresInARow: 0 }],
    ['a failure in the start period', unknown, false, 9, unknown],
    ['the first failure', unknown, false, 10, { status: 'UNKNOWN', failuresInARow: 1 }],
    [
      'the last failure allowed',
      { status: 'UNKNOWN', failuresInARow: 1 },
      false,
      20,
      { status: 'UNHEALTHY', failuresInARow: 2 },
    ],
    [
      'a failure in the start period after a success',
      { status: 'HEALTHY', failuresInARow: 0 },
      false,
      5,
      { status: 'HEALTHY', failuresInARow: 1 },
    ],
    [
      'a success of an unhealthy container',
      { status: 'UNHEALTHY', failuresInARow: 5 },
      true,
      99,
      { status: 'HEALTHY', failuresInARow: 0 },
    ],
  ])('counts %s', (_, before, isHealthy, secondsSinceStart, after) => {
    expect(afterCheck(before, { isHealthy, secondsSinceStart }, check)).toEqual(after);
  });

  it('runs at every interval, tells changes only, and ends', async () => {
    const clock = manualClock();
    const answers = [true, true, false, false, false];
    const seen: string[] = [];
    const cancel = watchHealth({
      check: { ...check, command: [], intervalSeconds: 5, timeoutSeconds: 1 },
      clock,
      run: () => Promise.resolve(answers.shift() ?? true),
      changed: (status) => seen.push(`${clock.now() - start} ${status}`),
    });
    const start = clock.now();
    for (let interval = 0; interval < 5; interval++) {
      clock.advance(5);
      await new Promise(setImmediate);
    }
    cancel();
    clock.advance(5);
    await new Promise(setImmediate);
    expect({ seen, left: answers }).toEqual({ seen: ['5000 HEALTHY', '20000 UNHEALTHY'], left: [] });
  });

  it.each([
    [
      ['CMD', 'curl', '-f', 'x y'],
      ['curl', '-f', 'x y'],
    ],
    [
      ['CMD-SHELL', 'curl -f x || exit 1'],
      ['/bin/sh', '-c', 'curl -f x || exit 1'],
    ],
    [
      ['curl', 'x'],
      ['curl', 'x'],
    ],
  ])('reads %j', (command, expected) => {
    expect(healthCommand(command)).toEqual(expected);
  });
});

describe('what docker says', () => {
  it.each([
    ['{"ExitCode":3,"OOMKilled":false}', { exitCode: 3 }],
    [
      '{"ExitCode":137,"OOMKilled":true}',
      { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
    ],
    ['{}', { exitCode: 137 }],
  ])('of an end: %s', (state, exit) => {
    expect(readExit(state)).toEqual(exit);
  });

  it('of published ports', () => {
    const text = '8080/tcp -> 127.0.0.1:49153\n53/udp -> 127.0.0.1:49154\n9000/tcp -> [::1]:49155\n';
    expect(readPublished(text)).toEqual(
      new Map([
        [8080, 49153],
        [9000, 49155],
      ]),
    );
  });

  it.each([
    [
      'Error response from daemon: manifest for r/app:2 not found: manifest unknown',
      'failed to resolve ref r/app:2: r/app:2: not found',
    ],
    [
      'Error response from daemon: failed to resolve reference "r/app:2": r/app:2: not found',
      'failed to resolve ref r/app:2: r/app:2: not found',
    ],
    [
      "Error response from daemon: name unknown: The repository with name 'app' does not exist",
      'failed to resolve ref r/app:2: r/app:2: not found',
    ],
    [
      'no matching manifest for linux/arm64/v8 in the manifest list entries',
      "image Manifest does not contain descriptor matching platform 'linux/arm64'",
    ],
    [
      'Error response from daemon: Head "http://r/v2/app/manifests/2": no basic auth credentials',
      'has the permissions to pull images',
    ],
    [
      'Error response from daemon: pull access denied for app, repository does not exist or may require docker login',
      'Check whether the image exists',
    ],
    [
      'Error response from daemon: Get "http://r/v2/": dial tcp 10.0.0.1:443: i/o timeout',
      'Check your task network configuration',
    ],
    ['Error response from daemon: toomanyrequests: You have reached your pull rate limit', 'toomanyrequests'],
    ['write /var/lib/x: no space left on device', 'no space left on device'],
  ])('of a pull: %s', (engineText, expected) => {
    const failure = pullFailure({ container: 'web', image: 'r/app:2', platform: 'linux/arm64', engineText });
    expect(failure).toEqual({
      stoppedReason: expect.stringContaining(expected),
      container: 'web',
      containerReason: failure.stoppedReason,
    });
    expect(failure.stoppedReason).toMatch(/^CannotPullContainerError: /);
  });

  it('without its prefixes and hints', () => {
    const text = `WARNING: no swap\ndocker: Error response from daemon: exec: "x": not found.\n\nRun 'docker run --help' for more information\n`;
    expect(errorText(text)).toBe('exec: "x": not found.');
  });
});

it.each([
  ['app:1', 'sha256:1', 'app@sha256:1'],
  ['127.0.0.1:5000/team/app', 'sha256:1', '127.0.0.1:5000/team/app@sha256:1'],
  ['127.0.0.1:5000/app:1', 'sha256:1', '127.0.0.1:5000/app@sha256:1'],
  ['app@sha256:2', 'sha256:1', 'app@sha256:2'],
  ['app:1', undefined, 'app:1'],
])('an image %s with the digest %s is %s', (image, digest, expected) => {
  expect(byDigest(image, digest)).toBe(expected);
});

it.each([
  [30, 1000, 30],
  [30, 100, 3],
  [30, 10, 2],
  [1, 10, 1],
  [0, 10, 0],
  [5, 0, 2],
])('a stop timeout of %d s at %d ms a second is %d real seconds', (timeout, speed, expected) => {
  expect(stopSeconds(timeout, speed)).toBe(expected);
});
