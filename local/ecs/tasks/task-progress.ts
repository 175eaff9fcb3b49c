import type { TargetGroups } from '../../elb/target-groups.ts';
import type { State } from '../model/state.ts';
import type { Task } from '../model/task.ts';

/** What the life of a task reports to the scheduler. */
export type TaskNews =
  | { readonly kind: 'changed' }
  | { readonly kind: 'not-placed'; readonly reason: string }
  | { readonly kind: 'pulled'; readonly imageDigests: Readonly<Record<string, string>> }
  | { readonly kind: 'registered' | 'draining' | 'deregistered'; readonly targetGroupArn: string };

/** What the life of tasks works with. */
export interface LifeParts {
  readonly state: State;
  readonly targetGroups: TargetGroups;
  readonly report: (task: Task, news: TaskNews) => void;
}

/** Sets one of the task's times to now, unless it is set. */
export function stamp({ state }: LifeParts, task: Task, name: keyof Task['times']): void {
  if (task.times[name] === undefined) task.times = { ...task.times, [name]: state.clock.now() };
}

export function reportChange({ report }: LifeParts, task: Task): void {
  task.version++;
  report(task, { kind: 'changed' });
}
