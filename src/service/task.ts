import type { Task } from '@aws-sdk/client-ecs';

/** A task of the deployment that is followed, as far as the judge and the explanation need it. */
export interface TaskView {
  readonly arn: string;
  /** The last segment of the ARN, as logs and events name it. */
  readonly id: string;
  readonly lastStatus: string;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  /** By the container health checks: HEALTHY, UNHEALTHY or UNKNOWN (also without any). */
  readonly healthStatus: string;
  readonly privateIp: string | undefined;
  readonly containers: readonly ContainerView[];
  /** AWS's own times, in milliseconds since the epoch. */
  readonly times: TaskTimes;
}

export interface ContainerView {
  readonly name: string;
  readonly exitCode: number | undefined;
  readonly reason: string | undefined;
  readonly healthStatus: string;
}

interface TaskTimes {
  readonly created: number | undefined;
  readonly pullStarted: number | undefined;
  readonly pullStopped: number | undefined;
  readonly started: number | undefined;
  readonly stopping: number | undefined;
  readonly stopped: number | undefined;
}

/** A task with its ARN, by which ECS is asked about it. */
export type IdentifiedTask = Task & { readonly taskArn: string };

export function isIdentifiedTask(task: Task): task is IdentifiedTask {
  return task.taskArn !== undefined;
}

/** Leaves out containers without a name: nothing can be told of them. */
export function taskView(task: IdentifiedTask): TaskView {
  const arn = task.taskArn;
  const details = (task.attachments ?? []).flatMap((attachment) => attachment.details ?? []);
  return {
    arn,
    id: arn.split('/').at(-1) ?? arn,
    lastStatus: task.lastStatus ?? 'UNKNOWN',
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    healthStatus: task.healthStatus ?? 'UNKNOWN',
    privateIp: details.find(({ name }) => name === 'privateIPv4Address')?.value,
    containers: (task.containers ?? []).flatMap(({ name, exitCode, reason, healthStatus = 'UNKNOWN' }) =>
      name === undefined ? [] : { name, exitCode, reason, healthStatus },
    ),
    times: {
      created: task.createdAt?.getTime(),
      pullStarted: task.pullStartedAt?.getTime(),
      pullStopped: task.pullStoppedAt?.getTime(),
      started: task.startedAt?.getTime(),
      stopping: task.stoppingAt?.getTime(),
      stopped: task.stoppedAt?.getTime(),
    },
  };
}
