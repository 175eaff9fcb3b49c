import type { TargetGroups } from '../../elb/target-groups.ts';
import { eventText } from '../model/events.ts';
import { post } from '../model/post-event.ts';
import { primaryOf, type Service } from '../model/service.ts';
import { type State, tasksOf } from '../model/state.ts';
import { containerHealth, type Task } from '../model/task.ts';
import { targetsOf } from '../tasks/targets.ts';
import type { TaskLife } from '../tasks/task-life.ts';
import type { Step } from './tally.ts';

/** What the scheduler stops tasks with. */
interface StopParts {
  readonly state: State;
  readonly targetGroups: TargetGroups;
  readonly life: TaskLife;
}

/** Stops the tasks of a plan, and posts one event for those that ran. */
export function stopTasks(
  parts: StopParts,
  service: Service,
  stops: readonly Extract<Step, { kind: 'stop' }>[],
): void {
  const byId = new Map(tasksOf(parts.state, service).map((task) => [task.id, task]));
  const stopped: string[] = [];
  for (const { taskId, because } of stops) {
    const task = byId.get(taskId);
    if (task === undefined) continue;
    if (task.times.startedAt !== undefined) stopped.push(taskId);
    parts.life.stop(task, {
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: whyStopped(parts, service, task, because),
      because,
    });
  }
  if (stopped.length > 0) post(parts.state, service, eventText.stopped(stopped));
}

/** Ends the tasks of a deleted service, which is INACTIVE afterwards (documented). */
export function drainService(parts: StopParts, service: Service): void {
  const tasks = tasksOf(parts.state, service).filter((task) => task.lastStatus !== 'STOPPED');
  for (const task of tasks) {
    const stoppedReason = whyStopped(parts, service, task, 'scaling');
    parts.life.stop(task, { stopCode: 'ServiceSchedulerInitiated', stoppedReason, because: 'scaling' });
  }
  if (tasks.length > 0) return;
  service.status = 'INACTIVE';
  service.inactiveSince = parts.state.clock.now();
}

function whyStopped(
  { targetGroups }: StopParts,
  service: Service,
  task: Task,
  because: 'scaling' | 'unhealthy',
): string {
  if (because === 'scaling') return `Scaling activity initiated by (deployment ${primaryOf(service).id})`;
  if (containerHealth(task) === 'UNHEALTHY') return 'Task failed container health checks';
  const failing = targetsOf(task).find(
    ({ targetGroupArn }) => targetGroups.healthOf(targetGroupArn, task.arn)?.state === 'unhealthy',
  );
  return `Task failed ELB health checks in (target-group ${failing?.targetGroupArn ?? ''})`;
}
