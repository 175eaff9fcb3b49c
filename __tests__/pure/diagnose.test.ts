import { diagnose, mostTelling } from '../../src/deployment/diagnose/diagnose.ts';
import { warningsOf } from '../../src/deployment/observe/service-event.ts';
import type { TaskView } from '../../src/service/task.ts';
import { aSnapshot } from './a-snapshot.ts';
import { aContainer, aTask, aTaskNotStarted } from './a-task.ts';

const crashed = (id: string, stopped = 6): TaskView =>
  aTask({
    id,
    times: { ...aTask().times, stopped },
    containers: [aContainer({ exitCode: 127 }), aContainer({ name: 'proxy', exitCode: 143 })],
  });
const unpulled = (id: string): TaskView =>
  aTaskNotStarted('CannotPullContainerError: x: not found', {
    id,
    containers: [aContainer({ reason: 'CannotPullContainerError: \u001b[31mx: not found' })],
  });
const scaledIn = aTask({
  id: 'ccc3',
  stopCode: 'ServiceSchedulerInitiated',
  stoppedReason: 'Scaling activity',
});
const unhealthy = aTask({
  id: 'ddd4',
  stopCode: 'ServiceSchedulerInitiated',
  stoppedReason: 'Task failed container health checks',
  containers: [aContainer({ exitCode: 137, healthStatus: 'UNHEALTHY' })],
});

const unable = '(service web) is unable to consistently start tasks successfully.';
const unplaced =
  '(service web) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later.';
const percents =
  '(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration.';

/** Newest first, as ECS lists them. */
function events(...messages: string[]) {
  return messages.map((message, index) => ({ id: `e${index}`, message, createdAt: new Date(1000 - index) }));
}

const targetGroup = {
  name: 'web',
  group: undefined,
  targets: [
    { Target: { Id: '10.0.0.1', Port: 80 }, TargetHealth: { State: 'unhealthy', Reason: 'Target.Timeout' } },
  ],
} as const;

const reached = "(service web) was unable to place a task. Reason: You've reached the limit on the number of";

describe('the cause', () => {
  it('has the failed tasks by cause, the most frequent first', () => {
    const logs = { container: 'web', taskId: 'bbb2', lines: ['no'], note: undefined, sameIn: 1 };
    const tasks = [unpulled('eee5'), crashed('aaa1'), scaledIn, crashed('bbb2'), unhealthy];
    const snapshot = aSnapshot({ tasks, events: events(unable, 'has started 1 tasks', unable) });
    expect(diagnose({ snapshot, since: undefined, groups: [targetGroup], logs })).toEqual({
      likely: {
        says: "The container web exited with code 127: its command wasn't found in the image. Its log says: “no”.",
        advice: 'Check entryPoint, command and PATH.',
      },
      groups: [
        {
          count: 2,
          example: 'bbb2',
          stopCode: 'EssentialContainerExited',
          stoppedReason: 'Essential container in task exited',
          containers: ['web: exit code 127', 'proxy: exit code 143'],
        },
        {
          count: 1,
          example: 'eee5',
          stopCode: 'TaskFailedToStart',
          stoppedReason: 'CannotPullContainerError: x: not found',
          containers: ['web: as above'],
        },
        {
          count: 1,
          example: 'ddd4',
          stopCode: 'ServiceSchedulerInitiated',
          stoppedReason: 'Task failed container health checks',
          containers: ['web: UNHEALTHY'],
        },
      ],
      targets: ['target group web: 10.0.0.1:80 is unhealthy (Target.Timeout)'],
      events: [`${unable} (2 times)`],
      logs,
    });
  });

  it('shows no more than five groups and five events', () => {
    const tasks = Array.from({ length: 7 }, (_, index) =>
      aTask({ id: `aaa${index}`, containers: [aContainer({ exitCode: index + 1 })] }),
    );
    const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const told = events(...letters.map((letter) => `failed ${letter}`));
    const cause = diagnose({
      snapshot: aSnapshot({ tasks, events: told }),
      since: undefined,
      groups: [],
      logs: undefined,
    });
    expect(cause.groups.map(({ example }) => example)).toEqual(['aaa0', 'aaa1', 'aaa2', 'aaa3', 'aaa4']);
    expect(cause.events).toEqual(['failed a', 'failed b', 'failed c', 'failed d', 'failed e']);
  });

  it('has all that the containers say for themselves, and only of those that say something', () => {
    const containers = [
      aContainer({ exitCode: 1, healthStatus: 'UNHEALTHY', reason: 'a\nreason' }),
      aContainer({ name: 'proxy' }),
    ];
    const { groups } = diagnose({
      snapshot: aSnapshot({ tasks: [aTask({ containers })] }),
      since: undefined,
      groups: [],
      logs: undefined,
    });
    expect(groups.map((group) => group.containers)).toEqual([['web: exit code 1, UNHEALTHY, a reason']]);
  });

  it('says when ECS gave no reason', () => {
    const snapshot = aSnapshot({ tasks: [aTask({ stoppedReason: undefined, containers: [] })] });
    expect(diagnose({ snapshot, since: undefined, groups: [], logs: undefined })).toEqual({
      likely: undefined,
      groups: [
        {
          count: 1,
          example: 'aaa1',
          stopCode: 'EssentialContainerExited',
          stoppedReason: 'no reason given',
          containers: [],
        },
      ],
      targets: [],
      events: [],
      logs: undefined,
    });
  });

  it.each<[string, string[], RegExp | undefined]>([
    ['no place', [unplaced, 'has started 1 tasks'], /^Fargate has no capacity/],
    ['no place', ['(service web) was unable to place a task. Reason: new'], /^ECS couldn't place/],
    ['a quota', [`${reached} vCPUs you can run concurrently.`], /quota/],
    ['the percents', [unplaced, percents], /^With this minimumHealthyPercent and maximumPercent/],
    [
      'what could not be pulled',
      ['(service web) was unable to place a task. Reason: CannotPullContainerError: x: not found.'],
      /^The image isn't in the registry/,
    ],
    [
      'the role',
      ["(service web) failed to launch a task with (error ECS was unable to assume the role 'x')."],
      /^ECS can't assume the task's role/,
    ],
    ['nothing that is known', [unable], undefined],
    ['nothing', [], undefined],
  ])('is without failed tasks told by the events: %s', (_what, messages, says) => {
    const snapshot = aSnapshot({ events: events(...messages) });
    const { likely } = diagnose({ snapshot, since: undefined, groups: [], logs: undefined });
    expect(likely?.says ?? '').toMatch(says ?? /^$/);
  });

  it.each([
    ['The quota', `${reached} vCPUs you can run concurrently.`, 'The Fargate quota is used up in '],
    [
      'A size',
      'was unable to place a task. Reason: The requested CPU configuration is above your limit.',
      'in ',
    ],
  ])('names account and region: %s', (_what, message, before) => {
    const service = { clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/staging' };
    const snapshot = aSnapshot({ events: events(message), service });
    const { likely } = diagnose({ snapshot, since: undefined, groups: [], logs: undefined });
    expect(likely?.says).toContain(`${before}account 123456789012, region eu-west-1.`);
  });

  it('names account and region of a secret that could not be read', () => {
    const service = { clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/staging' };
    const stoppedReason = 'ResourceInitializationError: unable to retrieve secrets from ssm';
    const snapshot = aSnapshot({ tasks: [aTask({ stoppedReason, containers: [] })], service });
    const { likely } = diagnose({ snapshot, since: undefined, groups: [], logs: undefined });
    expect(likely?.advice).toContain('exists in account 123456789012, region eu-west-1, and');
  });

  it('does not blame what happened before the deployment', () => {
    const snapshot = aSnapshot({ events: events(unplaced) });
    const cause = diagnose({ snapshot, since: new Date(1001), groups: [], logs: undefined });
    expect([cause.likely, cause.events]).toEqual([undefined, []]);
  });
});

describe('the cause of failed health checks of a load balancer', () => {
  const unhealthyTarget = aTask({
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: 'Task failed ELB health checks in (target-group arn:x)',
    containers: [aContainer({ exitCode: 137 })],
  });

  it.each<[string, number | undefined, number]>([
    ['with a grace period', 40, 40],
    ['while the service is not known', undefined, 0],
  ])('is told by the target groups, %s', (_, healthCheckGracePeriodSeconds, grace) => {
    const service =
      healthCheckGracePeriodSeconds === undefined ? undefined : { healthCheckGracePeriodSeconds };
    const snapshot = aSnapshot({ tasks: [unhealthyTarget], service });
    const { likely } = diagnose({ snapshot, since: undefined, groups: [targetGroup], logs: undefined });
    expect(likely?.says).toBe("The load balancer's health check timed out.");
    expect(likely?.advice).toContain(`healthCheckGracePeriodSeconds (now ${grace})`);
  });

  it('is not that of others that failed', () => {
    const snapshot = aSnapshot({ tasks: [unhealthyTarget, crashed('a'), crashed('b')] });
    const { likely } = diagnose({ snapshot, since: undefined, groups: [targetGroup], logs: undefined });
    expect(likely?.says).toBe(
      "The container web exited with code 127: its command wasn't found in the image.",
    );
  });
});

it.each([
  ['with its name', ['er\nrors'], 'The CloudWatch alarm er rors went into ALARM during the deployment.'],
  ['without a name', undefined, 'The CloudWatch alarm of the service went into ALARM during the deployment.'],
])('an alarm is told %s', (_, triggeredAlarmNames, says) => {
  const alarms = { status: 'TRIGGERED' as const, ...(triggeredAlarmNames && { triggeredAlarmNames }) };
  const snapshot = aSnapshot({ serviceDeployment: { alarms } });
  expect(diagnose({ snapshot, since: undefined, groups: [], logs: undefined }).likely).toEqual({
    says,
    advice: "Check the alarm's metric since the deployment began.",
  });
});

it('an alarm that rolled it back is the cause, whatever else failed', () => {
  const snapshot = aSnapshot({
    tasks: [crashed('a')],
    serviceDeployment: { alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors', 'latency'] } },
  });
  expect(diagnose({ snapshot, since: undefined, groups: [], logs: undefined }).likely?.says).toBe(
    'The CloudWatch alarm errors, latency went into ALARM during the deployment.',
  );
});

describe('the log of the task that failed', () => {
  const log = (...lines: string[]) => ({ container: 'web', taskId: 'a', lines, note: undefined, sameIn: 1 });
  const ended = (exitCode: number | undefined) =>
    aSnapshot({ tasks: [aTask({ containers: [aContainer({ exitCode })] })] });

  it.each<[string, number | undefined, string[], string | undefined]>([
    [
      'is told with the exit code',
      127,
      ['sh: x: not found'],
      "The container web exited with code 127: its command wasn't found in the image. Its log says: “sh: x: not found”.",
    ],
    [
      'that is empty is not told',
      127,
      [],
      "The container web exited with code 127: its command wasn't found in the image.",
    ],
    ['is nothing without an exit code', undefined, ['fatal'], undefined],
    [
      'does not mean what the same words of ECS would',
      127,
      ['no space left on device'],
      "The container web exited with code 127: its command wasn't found in the image. Its log says: “no space left on device”.",
    ],
  ])('%s', (_, exitCode, lines, says) => {
    const { likely } = diagnose({
      snapshot: ended(exitCode),
      since: undefined,
      groups: [],
      logs: log(...lines),
    });
    expect(likely?.says).toBe(says);
  });
});

it('an image of another architecture is told by the log too', () => {
  const logs = {
    container: 'web',
    taskId: 'a',
    lines: ['exec /app: exec format error'],
    note: undefined,
    sameIn: 1,
  };
  const snapshot = aSnapshot({ tasks: [aTask({ containers: [aContainer({ exitCode: 255 })] })] });
  expect(diagnose({ snapshot, since: undefined, groups: [], logs }).likely?.says).toMatch(
    /the task's CPU architecture/,
  );
});

describe('the most telling task', () => {
  it.each<[string, TaskView[], [string[], string] | undefined]>([
    [
      'is the newest of the most frequent cause',
      [crashed('a', 1), crashed('b', 9), crashed('c', 5), unpulled('d')],
      [['b', 'c', 'a'], 'web'],
    ],
    [
      'is one of the newest three',
      [crashed('a', 1), crashed('b', 9), crashed('c', 5), crashed('d', 7)],
      [['b', 'd', 'c'], 'web'],
    ],
    ['is the only one', [crashed('d')], [['d'], 'web']],
    ['is none when no container ran', [unpulled('d')], undefined],
    ['is none without failures', [scaledIn], undefined],
    ['is none without containers', [aTask({ containers: [] })], undefined],
  ])('%s', (_what, tasks, expected) => {
    const found = mostTelling(tasks);
    expect(found && [found.taskIds, found.container]).toEqual(expected);
  });
});

describe('the warnings of ECS', () => {
  it.each([
    unable,
    unplaced,
    percents,
    '(service web) (task aaa1) (port 8080) is unhealthy in (target-group arn:aws:x) due to (reason Request timed out).',
    '(service web) has started 1 tasks: (task aaa1). Amazon ECS replaced 1 tasks due to an unhealthy status.',
    '(service web) (task aaa1) failed container health checks.',
    '(service web) (deployment ecs-svc/1) deployment failed: tasks failed to start.',
    '(service web) rolling back to deployment ecs-svc/1.',
    '(service web) operations are being throttled. Will try again later.',
    '(service web) could not launch 1 tasks for deployment ecs-svc/1.',
    '(service web) task set (x) (task aaa1) is not healthy in target-group (arn) due to TARGET GROUP IS NOT FOUND',
    '(service web) IAM permissions policies have been misconfigured or changed',
    '(service web) failed to register targets in (target-group arn) with (error x)',
  ])('have %j among them', (message) => {
    expect(warningsOf(events(message), undefined)).toEqual([{ id: 'e0', message }]);
  });

  it.each([
    '(service web) has reached a steady state.',
    '(service web) has started 1 tasks: (task aaa1).',
    '(service web) has stopped 1 running tasks: (task aaa1).',
    '(service web) registered 1 targets in (target-group arn:aws:x/failing)',
    '(service web) has begun draining connections on 1 tasks.',
    '(service web) (deployment ecs-svc/1) deployment completed.',
    '(service failover-errors) has reached a steady state.',
    '(service unable, taskSet ecs-svc/1) updated state to STEADY_STATE.',
    '',
  ])('have not %j', (message) => {
    expect(warningsOf(events(message), undefined)).toEqual([]);
  });

  it('are those since a time, and those without one', () => {
    const all = [
      { id: 'new', message: 'failed 3', createdAt: new Date(3) },
      { id: 'same', message: 'failed 2', createdAt: new Date(2) },
      { id: 'old', message: 'failed 1', createdAt: new Date(1) },
      { id: 'timeless', message: 'failed 0' },
    ];
    expect(warningsOf(all, new Date(2)).map(({ id }) => id)).toEqual(['new', 'same', 'timeless']);
    expect(warningsOf([], new Date(2))).toEqual([]);
  });

  it('are fit for printing', () => {
    expect(warningsOf([{ message: 'failed\n::error::x\u001b[0m' }], undefined)).toEqual([
      { id: '', message: 'failed ::error::x' },
    ]);
  });
});
