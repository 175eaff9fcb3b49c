import { flagOf, numberOf, textsOf } from '../../server/members.ts';
import type { Document, Json, Operations } from '../../server/operation.ts';
import type { State } from '../model/state.ts';
import type { Task } from '../model/task.ts';
import { identifierIn } from '../rules/identifiers.ts';
import { invalidParameter } from '../rules/refusals.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { clusterOf } from './clusters.ts';

/** Documented: two hours when no other time is given, from a minute to 48 hours. */
const minutes = { usual: 120, least: 1, most: 2880 };

/** Scale-in protection: a protected task is not stopped by scaling or by a deployment (documented). */
export function taskProtectionOperations(state: State, scheduler: Scheduler): Operations {
  return {
    UpdateTaskProtection: (input) => {
      const expires = numberOf(input, 'expiresInMinutes') ?? minutes.usual;
      if (expires < minutes.least || expires > minutes.most) {
        throw invalidParameter('expiresInMinutes must be between 1 and 2880.');
      }
      const isEnabled = flagOf(input, 'protectionEnabled') === true;
      return answer(state, input, (task) => {
        if (task.owner === undefined) return 'TASK_NOT_VALID';
        task.protectedUntil = isEnabled ? state.clock.now() + expires * 60_000 : undefined;
        scheduler.wake(task.owner.service);
        return undefined;
      });
    },
    GetTaskProtection: (input) => answer(state, input, () => undefined),
  };
}

/** @param act answers why a task fails; undefined when it does not */
function answer(state: State, input: Document, act: (task: Task) => string | undefined): Document {
  const cluster = clusterOf(state, input);
  const protectedTasks: Json[] = [];
  const failures: Json[] = [];
  for (const reference of textsOf(input, 'tasks')) {
    const id = identifierIn(state.account, cluster, 'task', reference);
    const task = [...state.tasks.values()].find((one) => one.cluster === cluster && one.id === id);
    const reason = task === undefined ? 'MISSING' : act(task);
    if (task === undefined || reason !== undefined) {
      failures.push({ arn: task?.arn ?? reference, reason: reason ?? 'MISSING' });
      continue;
    }
    const until = task.protectedUntil;
    protectedTasks.push(
      until !== undefined && until > state.clock.now()
        ? { taskArn: task.arn, protectionEnabled: true, expirationDate: until / 1000 }
        : { taskArn: task.arn, protectionEnabled: false },
    );
  }
  return { protectedTasks, failures };
}
