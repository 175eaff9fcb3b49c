import * as fc from 'fast-check';
import { failureOf } from '../../src/deployment/observe/task-failure.ts';
import type { TaskView } from '../../src/service/task.ts';
import { aContainer, aTask, aTaskNotStarted } from './a-task.ts';

describe('whether a stopped task failed', () => {
  it.each<[string | undefined, string, string | undefined]>([
    ['TaskFailedToStart', 'CannotPullContainerError: x', 'never-started'],
    ['TaskFailedToStart', '', 'never-started'],
    ['EssentialContainerExited', 'Essential container in task exited', 'exited'],
    ['ServiceSchedulerInitiated', 'Task failed ELB health checks in (target-group x)', 'unhealthy'],
    ['ServiceSchedulerInitiated', 'Task failed container health checks', 'unhealthy'],
    ['ServiceSchedulerInitiated', 'TASK FAILED container HEALTH CHECKS', 'unhealthy'],
    ['ServiceSchedulerInitiated', 'Scaling activity initiated by (deployment ecs-svc/1)', undefined],
    [
      'ServiceSchedulerInitiated',
      'ECS is performing maintenance on the underlying infrastructure',
      undefined,
    ],
    ['ServiceSchedulerInitiated', '', undefined],
    ['UserInitiated', 'it failed all health checks, said somebody', undefined],
    ['SpotInterruption', 'Your Spot Task was interrupted.', undefined],
    ['TerminationNotice', 'Your Spot Task was interrupted.', undefined],
    ['InfrastructureHealth', 'x', undefined],
    ['SomethingNew', 'Task failed container health checks', undefined],
    [undefined, 'Essential container in task exited', undefined],
  ])('%s, %j: %s', (stopCode, stoppedReason, kind) => {
    const task = aTask({ stopCode, stoppedReason });
    expect(failureOf(task)?.kind).toBe(kind);
  });

  it('is told with the task', () => {
    const task = aTask();
    expect(failureOf(task)).toEqual({
      task,
      kind: 'exited',
      fingerprint: 'exited|Essential container in task exited|web:1:',
    });
  });

  it('does not ask for a reason', () => {
    expect(failureOf(aTask({ stoppedReason: undefined }))?.kind).toBe('exited');
    expect(failureOf(aTask({ stopCode: 'ServiceSchedulerInitiated', stoppedReason: undefined }))).toBe(
      undefined,
    );
  });
});

describe('tasks failed the same way', () => {
  const fingerprint = (task: TaskView): string | undefined => failureOf(task)?.fingerprint;

  it.each<[string, TaskView, TaskView]>([
    ['with other ids', aTask({ id: 'aaa1' }), aTask({ id: 'bbb2' })],
    [
      'with other addresses and ports',
      aTaskNotStarted('CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout'),
      aTaskNotStarted('CannotPullContainerError: dial tcp 10.11.200.31:8443: i/o timeout'),
    ],
    [
      'with other IDs of a request',
      aTaskNotStarted('AccessDeniedException: no, request id: 01234567-abcd-4bcd-9bcd-0123456789ab'),
      aTaskNotStarted('AccessDeniedException: no, request id: fedcba98-dead-beef-cafe-abcdefabcdef'),
    ],
    [
      'with other IDs of S3',
      aTaskNotStarted('failed to download env files: RequestID: 4QFKY3Q6D9AB2C5Z'),
      aTaskNotStarted('failed to download env files: RequestID: ZZ1KY3Q6D9AB2C5Z'),
    ],
    [
      'at another time',
      aTaskNotStarted('refused at 2026-01-01T10:11:12.130Z'),
      aTaskNotStarted('refused at 2026-12-31T23:59:59Z'),
    ],
    [
      'after another time',
      aTaskNotStarted('DockerTimeoutError: timed out after waiting 3m0s'),
      aTaskNotStarted('DockerTimeoutError: timed out after waiting 59.5s'),
    ],
    [
      'after another count of attempts',
      aTaskNotStarted('pull has been retried 1 time(s): not found'),
      aTaskNotStarted('pull has been retried 12 time(s): not found'),
    ],
    [
      'with another apostrophe',
      aTaskNotStarted("The task can't pull the image"),
      aTaskNotStarted('The task can\u2019t pull the image'),
    ],
    [
      'with and without a full stop',
      aTask({
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Task failed ELB health checks in (tg x)',
      }),
      aTask({
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Task failed ELB health checks in (tg x).',
      }),
    ],
    [
      'whatever the code of the proxy that ECS stopped then',
      aTask({ containers: [aContainer({ exitCode: 1 }), aContainer({ name: 'proxy', exitCode: 143 })] }),
      aTask({ containers: [aContainer({ exitCode: 1 }), aContainer({ name: 'proxy', exitCode: 0 })] }),
    ],
    [
      'with the containers in another order',
      aTask({ containers: [aContainer({ reason: 'a' }), aContainer({ name: 'proxy', reason: 'b' })] }),
      aTask({ containers: [aContainer({ name: 'proxy', reason: 'b' }), aContainer({ reason: 'a' })] }),
    ],
    [
      'when they failed a health check and ended with other codes',
      unhealthy([aContainer({ exitCode: 143 })]),
      unhealthy([aContainer({ exitCode: 137 })]),
    ],
  ])('%s', (_what, one, other) => {
    expect(fingerprint(one)).toBeDefined();
    expect(fingerprint(one)).toBe(fingerprint(other));
  });

  it.each<[string, TaskView, TaskView]>([
    ['exit code', aTask(), aTask({ containers: [aContainer({ exitCode: 2 })] })],
    ['container', aTask(), aTask({ containers: [aContainer({ name: 'proxy', exitCode: 1 })] })],
    [
      'reason of the container',
      aTask({ containers: [aContainer({ exitCode: 137 })] }),
      aTask({ containers: [aContainer({ exitCode: 137, reason: 'OutOfMemoryError' })] }),
    ],
    [
      'stopped reason',
      aTaskNotStarted('CannotPullContainerError'),
      aTaskNotStarted('ResourceInitializationError'),
    ],
    ['health check', unhealthy([]), unhealthy([], 'Task failed ELB health checks in (tg x)')],
    ['kind', aTask({ containers: [] }), aTask({ stopCode: 'TaskFailedToStart', containers: [] })],
  ])('not with another %s', (_what, one, other) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other));
  });

  it('whatever ids, addresses and digests there are in a text', () => {
    const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
    const id = fc.oneof(fc.uuid(), hex(32), hex(64), fc.ipV4(), fc.nat().map(String));
    fc.assert(
      fc.property(id, id, (one, other) => {
        const text = (part: string): TaskView => aTaskNotStarted(`failed (task ${part}) for "${part}": no`);
        expect(fingerprint(text(one))).toBe(fingerprint(text(other)));
      }),
    );
  });

  function unhealthy(
    containers: TaskView['containers'],
    stoppedReason = 'Task failed container health checks',
  ): TaskView {
    return aTask({ stopCode: 'ServiceSchedulerInitiated', stoppedReason, containers });
  }
});
