import { type Clock, systemClock } from '../../src/clock.ts';
import { createTaskObserver } from '../../src/rollout/observe-tasks.ts';
import type { Reader, TasksRead } from '../../src/rollout/reader.ts';
import type { Rollout } from '../../src/rollout/rollout.ts';
import { aTask } from './a-task.ts';

const task = aTask();
const rollout: Rollout = {
  clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/main',
  serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/main/web',
  serviceName: 'web',
  deploymentId: 'ecs-svc/1',
  createdAt: undefined,
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
  desiredCount: 1,
  targetGroupArns: [],
  hasHealthCheck: false,
  policy: {
    failFast: true,
    circuitBreaker: false,
    limitSeconds: 600,
    rollbackSeconds: 600,
    noProgressSeconds: undefined,
  },
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
  const seen = createTaskObserver(rollout, { reader, targetHealth, clock });
  return { seen, asked };
}

it('a task that ECS lists and does not describe yet is asked for again', async () => {
  const { seen } = observer([
    { own: [], foreign: [] },
    { own: [task], foreign: [] },
  ]);
  await seen.read();
  expect(seen.seen().tasks).toEqual([]);
  await seen.read();
  expect(seen.seen().tasks).toEqual([task]);
});

it('a task that something else started is asked for once', async () => {
  const { seen, asked } = observer([{ own: [], foreign: [task.arn] }]);
  await seen.read();
  await seen.read();
  expect(asked).toEqual([[task.arn], []]);
});
