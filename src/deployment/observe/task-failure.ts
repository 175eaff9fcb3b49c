import type { TaskView } from '../../service/task.ts';
import { plain } from '../../text/sanitize.ts';
import { failedContainer } from './failed-container.ts';

/** Why a stopped task counts against its deployment. */
export interface TaskFailure {
  readonly task: TaskView;
  /**
   * `never-started`: no container ran; `exited`: it ran and ended by itself; `unhealthy`: ECS stopped it for failing
   * health checks. A circuit breaker counts the first and the last, not the second (documented).
   */
  readonly kind: 'never-started' | 'exited' | 'unhealthy';
  /** Tasks that failed the same way have the same text: no ids, no addresses, no times. */
  readonly fingerprint: string;
}

/**
 * Whether a stopped task failed, and how; undefined for one that was stopped on purpose (a deployment, scaling, a
 * person), by AWS (Spot, maintenance) or that still runs. `stopCode` decides where it is known, the text only where
 * one code stands for both: AWS asks not to match on texts.
 */
export function failureOf(task: TaskView): TaskFailure | undefined {
  if (task.stopCode === undefined) return undefined;
  const kind = kindOfStop(task);
  return kind === undefined ? undefined : { task, kind, fingerprint: fingerprintOf(task, kind) };
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

/**
 * The stopped reason and what the containers say for themselves. The codes of those that ECS stopped are left out:
 * whether a proxy ends with 143, 137 or 0 after the program beside it has crashed is chance.
 */
function fingerprintOf(task: TaskView, kind: TaskFailure['kind']): string {
  const failed = kind === 'exited' ? failedContainer(task) : undefined;
  const containers = task.containers
    .filter((container) => container === failed || container.reason !== undefined)
    .map((container) => {
      const code = container === failed ? container.exitCode : undefined;
      return `${container.name}:${code ?? '-'}:${normalizeMessage(container.reason ?? '')}`;
    });
  return [kind, normalizeMessage(task.stoppedReason ?? ''), ...containers.toSorted()].join('|');
}

/** Takes out what differs from task to task: ids, addresses, times, counts; and the full stop that ECS may set. */
export function normalizeMessage(text: string): string {
  return plain(text)
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{8,}\b/gi, '#')
    .replaceAll(/[a-z]*\d[a-z0-9]*/gi, '#')
    .replaceAll(/#([-.:,/]+#)+/g, '#')
    .replace(/\.$/, '');
}
