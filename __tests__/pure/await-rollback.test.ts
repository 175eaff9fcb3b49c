import type { Deployment } from '@aws-sdk/client-ecs';
import { awaitRollback } from '../../src/deployment/rollback/await-rollback.ts';
import type { RollbackEnd } from '../../src/deployment/rollback/end-of-rollback.ts';
import type { DeploymentRef } from '../../src/reference/deployment.ts';
import type { Reader } from '../../src/service/reader.ts';
import type { TaskView } from '../../src/service/task.ts';
import { aTask } from './a-task.ts';

const tickSeconds = 3;
const createdAt = new Date(1_000_000);

const deployment: DeploymentRef = {
  service: { name: 'web', arn: 'x/web', clusterArn: 'x' },
  id: 'ecs-svc/2',
  createdAt,
  target: 'x/web:2',
};

interface Seen {
  readonly end: RollbackEnd;
  readonly told: readonly string[];
}

/**
 * Follows a rollback by ECS whose old version is PRIMARY and not completed, with so many of two tasks running at each tick
 * (the last of them for good), until the limit.
 */
async function follow(
  running: readonly number[],
  limitSeconds: number,
  stopped: () => Promise<readonly TaskView[]> = () => Promise.resolve([]),
): Promise<Seen> {
  let now = 0;
  const told: string[] = [];
  const primary = (): Deployment => ({
    id: 'ecs-svc/1',
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    createdAt: new Date(createdAt.getTime() - 1000),
    taskDefinition: 'x/web:1',
    desiredCount: 2,
    pendingCount: 0,
    runningCount: running[Math.min(now / 1000 / tickSeconds, running.length - 1)] ?? 0,
  });
  const reader: Pick<Reader, 'service' | 'serviceDeployment' | 'taskArns' | 'tasks' | 'tick' | 'until'> = {
    until: () => reader as Reader,
    service: () => Promise.resolve({ deployments: [primary()] }),
    serviceDeployment: () => Promise.resolve({ status: 'ROLLBACK_IN_PROGRESS' }),
    taskArns: async () => (await stopped()).map(({ arn }) => arn),
    tasks: async () => ({ own: await stopped(), foreign: [] }),
    tick: () => {
      now += tickSeconds * 1000;
      return Promise.resolve();
    },
  };
  const end = await awaitRollback({
    reader: reader as Reader,
    clock: { now: () => now } as Parameters<typeof awaitRollback>[0]['clock'],
    say: (line) => void told.push(line),
    deployment,
    started: { kind: 'by-ecs', serviceDeploymentArn: 'sd/2', asked: true, left: [] },
    until: limitSeconds * 1000,
    signal: new AbortController().signal,
  });
  return { end, told };
}

const back = {
  kind: 'back',
  deploymentId: 'ecs-svc/1',
  taskDefinitionArn: 'x/web:1',
  running: 2,
  desired: 2,
  isCompleted: false,
};
const failed = (stopping: number) => aTask({ times: { ...aTask().times, stopping } });

describe('at its limit a rollback that ECS has not completed', () => {
  it.each<[string, readonly number[], number, () => Promise<readonly TaskView[]>, object]>([
    ['is done when all tasks ran for a minute', [2], 66, () => Promise.resolve([]), back],
    ['is not when they ran for less', [2], 57, () => Promise.resolve([]), { kind: 'out-of-time' }],
    [
      'is not when one was down meanwhile',
      [2, 2, 1, 2],
      66,
      () => Promise.resolve([]),
      { kind: 'out-of-time' },
    ],
    ['is not when one lacks', [1], 120, () => Promise.resolve([]), { kind: 'out-of-time' }],
    [
      'is not when one failed since the deployment began',
      [2],
      66,
      () => Promise.resolve([failed(createdAt.getTime() + 1)]),
      { kind: 'out-of-time' },
    ],
    [
      'is done when what failed had failed before',
      [2],
      66,
      () => Promise.resolve([failed(createdAt.getTime() - 1)]),
      back,
    ],
    [
      'is not when nobody can tell whether one failed',
      [2],
      66,
      () => Promise.reject(new Error('no answer')),
      { kind: 'out-of-time' },
    ],
  ])('%s', async (_name, running, limit, stopped, expected) => {
    expect((await follow(running, limit, stopped)).end).toEqual(expected);
  });
});

it('counts that go up and down are told once a minute, and new ones at once', async () => {
  const flapping = Array.from({ length: 60 }, (_, tick) => tick % 2);
  const { told } = await follow([...flapping, 2], 200);
  const words = (count: number): string => `rolling back: ${count} of 2 old tasks running`;
  // For three minutes.
  expect(told).toEqual([0, 1, 0, 1, 0, 1, 2].map(words));
});
