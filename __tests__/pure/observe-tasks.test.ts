import { createTaskObserver, type TaskObserver } from '../../src/deployment/observe/observe-tasks.ts';
import { type Clock, systemClock } from '../../src/process/clock.ts';
import type { DeploymentRef } from '../../src/reference/deployment.ts';
import type { Reader, TasksRead } from '../../src/service/reader.ts';
import type { TaskView } from '../../src/service/task.ts';
import { aTask } from './a-task.ts';

const task = aTask();
const deployment: DeploymentRef = {
  service: {
    name: 'web',
    arn: 'arn:aws:ecs:eu-west-1:111122223333:service/main/web',
    clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/main',
  },
  id: 'ecs-svc/1',
  target: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
};

/** Answers one reading after the other. */
function observer(readings: readonly TasksRead[]) {
  const asked: (readonly string[])[] = [];
  const rest = [...readings];
  const reader = {
    taskArns: async () => [task.arn],
    tasks: async (_: string, arns: readonly string[]) => {
      asked.push(arns);
      return rest.shift() ?? { own: [], foreign: [] };
    },
  } as unknown as Reader;
  const clock: Clock = { ...systemClock, now: () => 1000 };
  const targetHealth = {
    healthyAddresses: async () => undefined,
    see: async () => Promise.reject(new Error()),
  };
  const seen = createTaskObserver({
    deployment,
    hasHealthCheck: false,
    targetGroups: () => [],
    reader,
    targetHealth,
    clock,
  });
  return { seen, asked };
}

it('a task that ECS lists and does not describe yet is asked for again', async () => {
  const { seen } = observer([
    { own: [], foreign: [] },
    { own: [task], foreign: [] },
  ]);
  await seen.read();
  expect(seen.observed().tasks).toEqual([]);
  await seen.read();
  expect(seen.observed().tasks).toEqual([task]);
});

it('a task that something else started is asked for once', async () => {
  const { seen, asked } = observer([{ own: [], foreign: [task.arn] }]);
  await seen.read();
  await seen.read();
  expect(asked).toEqual([[task.arn], []]);
});

const running = (healthStatus: string): TaskView =>
  aTask({ lastStatus: 'RUNNING', stopCode: undefined, stoppedReason: undefined, healthStatus });

/** What is known after one task was read so often, each time in another state, ten seconds apart. */
async function seenAfter(readings: readonly TaskView[]): Promise<ReturnType<TaskObserver['observed']>> {
  let now = 0;
  let reading: TaskView | undefined;
  const reader = {
    taskArns: async (_cluster: string, _service: string, desired: 'RUNNING' | 'STOPPED') =>
      (reading?.stopCode === undefined) === (desired === 'RUNNING') ? [task.arn] : [],
    tasks: async () => ({ own: reading === undefined ? [] : [reading], foreign: [] }),
  } as unknown as Reader;
  const clock: Clock = { ...systemClock, now: () => now };
  const targetHealth = {
    healthyAddresses: async () => undefined,
    see: async () => Promise.reject(new Error()),
  };
  const observed = createTaskObserver({
    deployment,
    hasHealthCheck: true,
    targetGroups: () => [],
    reader,
    targetHealth,
    clock,
  });
  for (const next of readings) {
    reading = next;
    observed.refresh();
    await observed.read();
    now += 10_000;
  }
  return observed.observed();
}

it.each([
  ['is remembered', 'HEALTHY', true],
  ['that never came is not', 'UNKNOWN', false],
])('health %s when it is gone', async (_name, before, wasHealthy) => {
  const seen = await seenAfter([running(before), running('UNHEALTHY')]);
  expect([seen.healthy.size, seen.wasHealthy]).toEqual([0, wasHealthy]);
});

it('since when a task is healthy, and when its failure was first seen, stays', async () => {
  const steady = await seenAfter([running('HEALTHY'), running('HEALTHY')]);
  expect([...steady.healthy.values()]).toEqual([0]);
  const failed = await seenAfter([running('HEALTHY'), aTask(), aTask()]);
  expect([...failed.failureSeen.values()]).toEqual([10_000]);
});
