import type { Task } from '../model/task.ts';
import { targetsOf } from './targets.ts';
import { type LifeParts, reportChange, stamp } from './task-progress.ts';

/** Registers the targets of a task whose containers run; it is RUNNING after a moment (documented). */
export function activate(parts: LifeParts, task: Task): void {
  task.lastStatus = 'ACTIVATING';
  for (const { targetGroupArn, containerPort } of targetsOf(task)) {
    if (task.address === undefined) continue;
    parts.targetGroups.register({ targetGroupArn, taskArn: task.arn, containerPort, address: task.address });
    parts.report(task, { kind: 'registered', targetGroupArn });
  }
  parts.state.clock.after(parts.state.readings.activatingSeconds, () => {
    if (task.lastStatus !== 'ACTIVATING') return;
    task.lastStatus = 'RUNNING';
    stamp(parts, task, 'startedAt');
    reportChange(parts, task);
  });
}
