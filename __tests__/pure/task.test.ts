import { taskView } from '../../src/service/task.ts';

const arn = 'arn:aws:ecs:eu-west-1:111122223333:task/main/aaa1';
const at = (second: number): Date => new Date(second * 1000);

it('shows of a task what the judge and the diagnosis need', () => {
  const view = taskView({
    taskArn: arn,
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    healthStatus: 'UNHEALTHY',
    attachments: [
      {},
      {
        details: [
          { name: 'macAddress', value: '0a:00' },
          { name: 'privateIPv4Address', value: '10.0.0.7' },
        ],
      },
    ],
    containers: [
      { name: 'app', exitCode: 1, reason: 'Killed', healthStatus: 'UNHEALTHY' },
      { name: 'sidecar' },
      { exitCode: 1 },
    ],
    createdAt: at(1),
    pullStartedAt: at(2),
    pullStoppedAt: at(3),
    startedAt: at(4),
    stoppingAt: at(5),
    stoppedAt: at(6),
  });
  expect(view).toEqual({
    arn,
    id: 'aaa1',
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    healthStatus: 'UNHEALTHY',
    privateIp: '10.0.0.7',
    containers: [
      { name: 'app', exitCode: 1, reason: 'Killed', healthStatus: 'UNHEALTHY' },
      { name: 'sidecar', exitCode: undefined, reason: undefined, healthStatus: 'UNKNOWN' },
    ],
    times: {
      created: 1000,
      pullStarted: 2000,
      pullStopped: 3000,
      started: 4000,
      stopping: 5000,
      stopped: 6000,
    },
  });
});

it('knows little of a task that ECS shows without members', () => {
  const nothing = { stopCode: undefined, stoppedReason: undefined, privateIp: undefined };
  const times = {
    created: undefined,
    pullStarted: undefined,
    pullStopped: undefined,
    started: undefined,
    stopping: undefined,
    stopped: undefined,
  };
  expect(taskView({ taskArn: arn })).toEqual({
    arn,
    id: 'aaa1',
    lastStatus: 'UNKNOWN',
    healthStatus: 'UNKNOWN',
    containers: [],
    times,
    ...nothing,
  });
});
