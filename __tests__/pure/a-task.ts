import type { ContainerView, TaskView } from '../../src/service/task.ts';

/** A task that ended by itself with exit code 1, but for what is given. */
export function aTask(part: Partial<TaskView> = {}): TaskView {
  const id = part.id ?? 'aaa1';
  return {
    arn: `arn:aws:ecs:eu-west-1:111122223333:task/main/${id}`,
    id,
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    healthStatus: 'UNKNOWN',
    privateIp: undefined,
    containers: [aContainer({ exitCode: 1 })],
    times: { created: 1, pullStarted: 2, pullStopped: 3, started: 4, stopping: 5, stopped: 6 },
    ...part,
  };
}

export function aContainer(part: Partial<ContainerView> = {}): ContainerView {
  return { name: 'web', exitCode: undefined, reason: undefined, healthStatus: 'UNKNOWN', ...part };
}

/** A task that ECS could not start. */
export function aTaskNotStarted(stoppedReason: string, part: Partial<TaskView> = {}): TaskView {
  return aTask({ stopCode: 'TaskFailedToStart', stoppedReason, containers: [aContainer()], ...part });
}
