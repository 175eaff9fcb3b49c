import { plain } from '../report/plain.ts';
import type { TaskView } from './task.ts';

/** Why a stopped task counts against its deployment. */
export interface TaskFailure {
  readonly task: TaskView;
  /**
   * `never-started`: no container ran; `exited`: it ran and ended by itself; `unhealthy`: ECS stopped it for failing
   * health checks. A circuit breaker counts the first and the last, not the second (documented).
   */
  readonly kind: 'never-started' | 'exited' | 'unhealthy';
  /** Tasks that failed alike have the same text: no ids, no addresses, no times. */
  readonly sameness: string;
}

/**
 * Whether a stopped task failed, and how; undefined for one that was stopped on purpose (a deployment, scaling, a
 * person), by AWS (Spot, maintenance) or that still runs. `stopCode` decides where it is known, the text only where
 * one code stands for both: AWS asks not to match on texts.
 */
export function failureOf(task: TaskView): TaskFailure | undefined {
  if (task.stopCode === undefined) return undefined;
  const kind = kindOfStop(task);
  return kind === undefined ? undefined : { task, kind, sameness: samenessOf(task, kind) };
}

function kindOfStop(task: TaskView): TaskFailure['kind'] | undefined {
  switch (task.stopCode) {
    case 'TaskFailedToStart':
      return 'never-started';
    case 'EssentialContainerExited':
      return 'exited';
    case 'ServiceSchedulerInitiated':
      return /failed .*health checks/i.test(plain(task.stoppedReason ?? '')) ? 'unhealthy' : undefined;
    // UserInitiated, SpotInterruption, TerminationNotice, InfrastructureHealth, and codes that are not known yet:
    // nothing says that the new version is to blame.
    default:
      return undefined;
  }
}

function samenessOf(task: TaskView, kind: TaskFailure['kind']): string {
  const containers = task.containers
    .filter(({ exitCode, reason }) => (exitCode !== undefined && exitCode !== 0) || reason !== undefined)
    .map(({ name, exitCode, reason }) => `${name}:${exitCode ?? '-'}:${general(reason ?? '')}`);
  return [kind, general(task.stoppedReason ?? ''), ...containers].join('|');
}

/** Takes out what differs from task to task: ids, addresses, counts. */
function general(text: string): string {
  return plain(text)
    .replaceAll(/[0-9a-f]{8,}/gi, '#')
    .replaceAll(/\d+/g, '#');
}
