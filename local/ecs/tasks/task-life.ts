import type { Happening, Runtime } from '../../runtime/runtime.ts';
import type { LaunchOrder } from '../model/launch.ts';
import { digestIn } from '../model/service-revision.ts';
import type { Task, TaskEnd } from '../model/task.ts';
import { newTask } from '../model/task.ts';
import { deprovision, failTask, stopTask } from './task-end.ts';
import { type LifeParts, reportChange, stamp } from './task-progress.ts';
import { activate } from './task-start.ts';

export interface TaskLife {
  /** Starts a task; it is PROVISIONING when this returns. */
  launch(order: LaunchOrder): Task;
  /** Sets the desired status to STOPPED: drains the task, ends its containers. Does nothing when it is set already. */
  stop(task: Task, end: TaskEnd): void;
}

/**
 * The life of tasks: from PROVISIONING over PENDING, ACTIVATING and RUNNING to DEACTIVATING, STOPPING, DEPROVISIONING
 * and STOPPED (documented). Targets are registered in ACTIVATING and taken away in DEACTIVATING (documented).
 */
export function createTaskLife(parts: LifeParts & { readonly runtime: Runtime }): TaskLife {
  const { state, runtime } = parts;
  return {
    launch: (order) => {
      const task = newTask(state.account, order, state.clock.now());
      state.tasks.set(task.arn, task);
      // A runtime may report before it has answered; a stop that falls in that time is made up for.
      task.running = runtime.start(
        {
          taskArn: task.arn,
          taskId: task.id,
          taskDefinition: order.definition.document,
          serviceName: order.owner?.service.name,
          startedBy: order.startedBy,
          overrides: order.launch.overrides,
          imageDigests: order.imageDigests,
        },
        (happened) => hear(parts, task, happened),
      );
      if (task.desiredStatus === 'STOPPED') task.running.stop();
      return task;
    },
    stop: (task, end) => stopTask(parts, task, end),
  };
}

/** Applies what the runtime reports. */
function hear(parts: LifeParts, task: Task, happened: Happening): void {
  if (task.lastStatus === 'STOPPED') return;
  switch (happened.kind) {
    case 'not-placed':
      return parts.report(task, { kind: 'not-placed', reason: happened.reason });
    case 'provisioned':
      stamp(parts, task, 'connectivityAt');
      if (task.lastStatus === 'PROVISIONING') task.lastStatus = 'PENDING';
      return reportChange(parts, task);
    case 'pull-started':
      stamp(parts, task, 'pullStartedAt');
      return reportChange(parts, task);
    case 'pull-stopped':
      stamp(parts, task, 'pullStoppedAt');
      for (const container of task.containers) {
        container.imageDigest = happened.imageDigests[container.name] ?? digestIn(container.image);
      }
      parts.report(task, { kind: 'pulled', imageDigests: happened.imageDigests });
      return reportChange(parts, task);
    case 'started':
      task.address = happened.address;
      for (const container of task.containers) {
        if (container.lastStatus === 'PENDING') container.lastStatus = 'RUNNING';
      }
      if (task.desiredStatus === 'RUNNING') activate(parts, task);
      return reportChange(parts, task);
    case 'health':
      for (const container of task.containers) {
        if (container.name === happened.container) container.healthStatus = happened.status;
      }
      return reportChange(parts, task);
    case 'exited':
      exitContainer(parts, task, happened);
      return reportChange(parts, task);
    case 'failed-to-start':
      for (const container of task.containers) {
        if (container.name === happened.container) container.reason = happened.containerReason;
      }
      failTask(parts, task, {
        stopCode: 'TaskFailedToStart',
        stoppedReason: happened.stoppedReason,
        because: undefined,
      });
      return reportChange(parts, task);
    case 'stopped':
      deprovision(parts, task);
      return reportChange(parts, task);
  }
}

function exitContainer(parts: LifeParts, task: Task, happened: Extract<Happening, { kind: 'exited' }>): void {
  const container = task.containers.find((one) => one.name === happened.container);
  if (container === undefined) return;
  container.lastStatus = 'STOPPED';
  container.exitCode = happened.exitCode;
  container.reason = happened.reason;
  if (container.isEssential) {
    failTask(parts, task, {
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      because: undefined,
    });
  }
}
