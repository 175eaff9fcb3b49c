import type { TargetGroups } from '../../elb/target-groups.ts';
import type { Happening, Runtime } from '../../runtime/runtime.ts';
import type { LaunchOrder } from '../model/launch.ts';
import { digestIn } from '../model/service-revision.ts';
import type { State } from '../model/state.ts';
import type { Task, TaskEnd } from '../model/task.ts';
import { newTask } from '../model/task.ts';
import { targetsOf } from './targets.ts';

export interface TaskLife {
  /** Starts a task; it is PROVISIONING when this returns. */
  launch(order: LaunchOrder): Task;
  /** Sets the desired status to STOPPED: drains the task, ends its containers. Does nothing when it is set already. */
  stop(task: Task, end: TaskEnd): void;
}

/** What the life of a task tells the scheduler. */
export type TaskNews =
  | { readonly kind: 'changed' }
  | { readonly kind: 'not-placed'; readonly reason: string }
  | { readonly kind: 'pulled'; readonly imageDigests: Readonly<Record<string, string>> }
  | { readonly kind: 'registered' | 'draining' | 'deregistered'; readonly targetGroupArn: string };

/**
 * The life of tasks: from PROVISIONING over PENDING, ACTIVATING and RUNNING to DEACTIVATING, STOPPING, DEPROVISIONING
 * and STOPPED (documented). Targets are registered in ACTIVATING and taken away in DEACTIVATING (documented).
 */
export function createTaskLife(options: {
  readonly state: State;
  readonly runtime: Runtime;
  readonly targetGroups: TargetGroups;
  readonly tell: (task: Task, news: TaskNews) => void;
}): TaskLife {
  const { state, runtime, targetGroups, tell } = options;
  const { clock, readings } = state;

  const stamp = (task: Task, name: keyof Task['times']): void => {
    if (task.times[name] === undefined) task.times = { ...task.times, [name]: clock.now() };
  };

  const changed = (task: Task): void => {
    task.version++;
    tell(task, { kind: 'changed' });
  };

  function launch(order: LaunchOrder): Task {
    const task = newTask(state.account, order, clock.now());
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
      (happened) => hear(task, happened),
    );
    if (task.desiredStatus === 'STOPPED') task.running.stop();
    return task;
  }

  function hear(task: Task, happened: Happening): void {
    if (task.lastStatus === 'STOPPED') return;
    switch (happened.kind) {
      case 'not-placed':
        return tell(task, { kind: 'not-placed', reason: happened.reason });
      case 'provisioned':
        stamp(task, 'connectivityAt');
        if (task.lastStatus === 'PROVISIONING') task.lastStatus = 'PENDING';
        return changed(task);
      case 'pull-started':
        stamp(task, 'pullStartedAt');
        return changed(task);
      case 'pull-stopped':
        stamp(task, 'pullStoppedAt');
        for (const container of task.containers) {
          container.imageDigest = happened.imageDigests[container.name] ?? digestIn(container.image);
        }
        tell(task, { kind: 'pulled', imageDigests: happened.imageDigests });
        return changed(task);
      case 'started':
        task.address = happened.address;
        for (const container of task.containers) {
          if (container.lastStatus === 'PENDING') container.lastStatus = 'RUNNING';
        }
        if (task.desiredStatus === 'RUNNING') activate(task);
        return changed(task);
      case 'health':
        for (const container of task.containers) {
          if (container.name === happened.container) container.healthStatus = happened.status;
        }
        return changed(task);
      case 'exited':
        exited(task, happened);
        return changed(task);
      case 'failed-to-start':
        for (const container of task.containers) {
          if (container.name === happened.container) container.reason = happened.containerReason;
        }
        finish(task, {
          stopCode: 'TaskFailedToStart',
          stoppedReason: happened.stoppedReason,
          because: undefined,
        });
        return changed(task);
      case 'stopped':
        gone(task);
        return changed(task);
    }
  }

  function activate(task: Task): void {
    task.lastStatus = 'ACTIVATING';
    for (const { targetGroupArn, containerPort } of targetsOf(task)) {
      if (task.address === undefined) continue;
      targetGroups.register({ targetGroupArn, taskArn: task.arn, containerPort, address: task.address });
      tell(task, { kind: 'registered', targetGroupArn });
    }
    clock.after(readings.activatingSeconds, () => {
      if (task.lastStatus !== 'ACTIVATING') return;
      task.lastStatus = 'RUNNING';
      stamp(task, 'startedAt');
      changed(task);
    });
  }

  function exited(task: Task, happened: Extract<Happening, { kind: 'exited' }>): void {
    const container = task.containers.find((one) => one.name === happened.container);
    if (container === undefined) return;
    container.lastStatus = 'STOPPED';
    container.exitCode = happened.exitCode;
    container.reason = happened.reason;
    if (container.isEssential) {
      finish(task, {
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        because: undefined,
      });
    }
  }

  /** A task that can not go on: its targets go at once, its other containers end. */
  function finish(task: Task, end: TaskEnd): void {
    if (task.desiredStatus === 'STOPPED') return;
    markStopping(task, end);
    for (const { targetGroupArn } of targetsOf(task)) targetGroups.remove(targetGroupArn, task.arn);
    task.lastStatus = 'STOPPING';
    task.running?.stop();
  }

  function stop(task: Task, end: TaskEnd): void {
    if (task.desiredStatus === 'STOPPED') return;
    const registered =
      task.lastStatus === 'ACTIVATING' || task.lastStatus === 'RUNNING' ? targetsOf(task) : [];
    markStopping(task, end);
    task.lastStatus = registered.length > 0 ? 'DEACTIVATING' : 'STOPPING';
    let draining = registered.length;
    for (const { targetGroupArn } of registered) {
      tell(task, { kind: 'draining', targetGroupArn });
      targetGroups.deregister(targetGroupArn, task.arn, () => {
        // A task whose containers ended meanwhile is no longer a target.
        if (task.lastStatus !== 'DEACTIVATING') return;
        draining--;
        tell(task, { kind: 'deregistered', targetGroupArn });
        if (draining > 0) return;
        task.lastStatus = 'STOPPING';
        task.running?.stop();
        changed(task);
      });
    }
    if (registered.length === 0) task.running?.stop();
    changed(task);
  }

  function markStopping(task: Task, end: TaskEnd): void {
    task.desiredStatus = 'STOPPED';
    task.end = end;
    stamp(task, 'stoppingAt');
  }

  function gone(task: Task): void {
    if (task.desiredStatus === 'RUNNING') {
      markStopping(task, {
        stopCode: 'InfrastructureHealth',
        stoppedReason: 'The task was lost.',
        because: undefined,
      });
    }
    for (const { targetGroupArn } of targetsOf(task)) targetGroups.remove(targetGroupArn, task.arn);
    for (const container of task.containers) container.lastStatus = 'STOPPED';
    stamp(task, 'executionStoppedAt');
    task.lastStatus = 'DEPROVISIONING';
    clock.after(readings.deprovisionSeconds, () => {
      task.lastStatus = 'STOPPED';
      stamp(task, 'stoppedAt');
      changed(task);
    });
  }

  return { launch, stop };
}
