import type { Task, TaskEnd } from '../model/task.ts';
import { targetsOf } from './targets.ts';
import { type LifeParts, reportChange, stamp } from './task-progress.ts';

/** Sets the desired status to STOPPED: drains the targets, then ends the containers. */
export function stopTask(parts: LifeParts, task: Task, end: TaskEnd): void {
  if (task.desiredStatus === 'STOPPED') return;
  const registered = task.lastStatus === 'ACTIVATING' || task.lastStatus === 'RUNNING' ? targetsOf(task) : [];
  markStopping(parts, task, end);
  task.lastStatus = registered.length > 0 ? 'DEACTIVATING' : 'STOPPING';
  let draining = registered.length;
  for (const { targetGroupArn } of registered) {
    parts.report(task, { kind: 'draining', targetGroupArn });
    parts.targetGroups.deregister(targetGroupArn, task.arn, () => {
      // A task whose containers ended meanwhile is no longer a target.
      if (task.lastStatus !== 'DEACTIVATING') return;
      draining--;
      parts.report(task, { kind: 'deregistered', targetGroupArn });
      if (draining > 0) return;
      task.lastStatus = 'STOPPING';
      task.running?.stop();
      reportChange(parts, task);
    });
  }
  if (registered.length === 0) task.running?.stop();
  reportChange(parts, task);
}

/** Ends a task that cannot go on: its targets go at once, its other containers end. */
export function failTask(parts: LifeParts, task: Task, end: TaskEnd): void {
  if (task.desiredStatus === 'STOPPED') return;
  markStopping(parts, task, end);
  for (const { targetGroupArn } of targetsOf(task)) parts.targetGroups.remove(targetGroupArn, task.arn);
  task.lastStatus = 'STOPPING';
  task.running?.stop();
}

/** The last container of a task has ended. */
export function deprovision(parts: LifeParts, task: Task): void {
  if (task.desiredStatus === 'RUNNING') {
    markStopping(parts, task, {
      stopCode: 'InfrastructureHealth',
      stoppedReason: 'The task was lost.',
      because: undefined,
    });
  }
  for (const { targetGroupArn } of targetsOf(task)) parts.targetGroups.remove(targetGroupArn, task.arn);
  for (const container of task.containers) container.lastStatus = 'STOPPED';
  stamp(parts, task, 'executionStoppedAt');
  task.lastStatus = 'DEPROVISIONING';
  parts.state.clock.after(parts.state.readings.deprovisionSeconds, () => {
    task.lastStatus = 'STOPPED';
    stamp(parts, task, 'stoppedAt');
    reportChange(parts, task);
  });
}

function markStopping(parts: LifeParts, task: Task, end: TaskEnd): void {
  task.desiredStatus = 'STOPPED';
  task.end = end;
  stamp(parts, task, 'stoppingAt');
}
