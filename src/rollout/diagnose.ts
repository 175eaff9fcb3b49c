import { plain } from '../report/plain.ts';
import { causeOfTexts, culprit, type LikelyCause, likelyCause } from './known-causes.ts';
import { warningsOf } from './service-event.ts';
import type { Snapshot } from './snapshot.ts';
import type { TaskView } from './task.ts';
import { failureOf, type TaskFailure } from './task-failure.ts';

/** Why a rollout failed, on one screen. Every text in it is fit for printing. */
export interface Cause {
  readonly likely: LikelyCause | undefined;
  /** Failed tasks by cause, the most frequent first, and not more than fit on the screen. */
  readonly groups: readonly FailedGroup[];
  /** What the load balancer says of the targets that are not healthy. */
  readonly targets: readonly string[];
  /** Warnings of ECS since the deployment began, newest first. */
  readonly events: readonly string[];
  readonly logs: ContainerLog | undefined;
}

export interface FailedGroup {
  readonly count: number;
  readonly example: string;
  readonly stopCode: string;
  readonly stoppedReason: string;
  readonly containers: readonly string[];
}

export interface ContainerLog {
  readonly container: string;
  readonly taskId: string;
  /** Oldest first; empty with a note that says why. */
  readonly lines: readonly string[];
  readonly note: string | undefined;
}

/** What was gathered of a failed rollout. */
export interface Evidence {
  readonly snapshot: Snapshot;
  readonly since: Date | undefined;
  readonly targets: readonly string[];
  readonly logs: ContainerLog | undefined;
}

/** On one screen: what is rarer tells less. */
const mostGroups = 5;
const mostEvents = 5;

/** Explains a failed rollout from what was gathered. Pure. */
export function diagnose({ snapshot, since, targets, logs }: Evidence): Cause {
  const groups = groupFailures(snapshot.tasks.flatMap((task) => failureOf(task) ?? []));
  const main = newestOf(groups[0] ?? []);
  const warnings = warningsOf(snapshot.service?.events, since).map(({ message }) => message);
  const events = [...new Set(warnings)];
  return {
    likely: main === undefined ? withoutFailures(events) : likelyCause(main.task),
    groups: failedGroups(snapshot.tasks),
    targets,
    events: events.slice(0, mostEvents),
    logs,
  };
}

/** The failed tasks among those given by cause, the most frequent first, and not more than fit on the screen. */
export function failedGroups(tasks: readonly TaskView[]): readonly FailedGroup[] {
  return groupFailures(tasks.flatMap((task) => failureOf(task) ?? []))
    .slice(0, mostGroups)
    .map(describeGroup);
}

/** The failed task whose log tells most: the newest one of the most frequent cause. */
export function mostTelling(tasks: readonly TaskView[]): { task: TaskView; container: string } | undefined {
  const group = groupFailures(tasks.flatMap((task) => failureOf(task) ?? []))[0];
  const newest = newestOf(group ?? []);
  const container = newest && culprit(newest.task);
  return newest === undefined || container === undefined
    ? undefined
    : { task: newest.task, container: container.name };
}

function newestOf(group: readonly TaskFailure[]): TaskFailure | undefined {
  const ended = ({ task: { times } }: TaskFailure): number => times.stopped ?? times.stopping ?? 0;
  return group.toSorted((a, b) => ended(a) - ended(b)).at(-1);
}

function groupFailures(failures: readonly TaskFailure[]): readonly (readonly TaskFailure[])[] {
  return [...Map.groupBy(failures, ({ sameness }) => sameness).values()].toSorted(
    (a, b) => b.length - a.length,
  );
}

function describeGroup(group: readonly TaskFailure[]): FailedGroup {
  const task = newestOf(group)?.task;
  return {
    count: group.length,
    example: task?.id ?? '',
    stopCode: plain(task?.stopCode ?? ''),
    stoppedReason: plain(task?.stoppedReason ?? 'no reason given'),
    containers: (task?.containers ?? []).flatMap(({ name, exitCode, reason, healthStatus }) => {
      const facts = [
        ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
        ...(healthStatus === 'UNHEALTHY' ? ['UNHEALTHY'] : []),
        ...(reason === undefined ? [] : [plain(reason, 500)]),
      ];
      return facts.length === 0 ? [] : `${plain(name, 100)}: ${facts.join(', ')}`;
    }),
  };
}

/** Nothing failed, and yet it did not get there: ECS's events may tell why. */
function withoutFailures(events: readonly string[]): LikelyCause | undefined {
  if (events.some((message) => /unable to stop or start tasks during a deployment/i.test(message))) {
    return {
      says: 'minimumHealthyPercent and maximumPercent leave ECS no task that it may start or stop.',
      advice: 'Raise maximumPercent or lower minimumHealthyPercent of the service.',
    };
  }
  const known = causeOfTexts(events);
  if (known !== undefined) return known;
  if (events.some((message) => /unable to place/i.test(message))) {
    return {
      says: 'ECS found no place for the tasks.',
      advice:
        'The event tells whether Fargate has no capacity, a quota is reached, or the network has no addresses left.',
    };
  }
  return undefined;
}
