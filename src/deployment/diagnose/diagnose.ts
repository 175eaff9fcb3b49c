import { placeInArn } from '../../aws/place.ts';
import type { Failure } from '../../process/failure.ts';
import type { TaskView } from '../../service/task.ts';
import { plain } from '../../text/sanitize.ts';
import { asSentence } from '../../text/words.ts';
import { failedContainer } from '../observe/failed-container.ts';
import { warningsOf } from '../observe/service-event.ts';
import type { Snapshot } from '../observe/snapshot.ts';
import type { TargetGroupState } from '../observe/target-health.ts';
import { failureOf, type TaskFailure } from '../observe/task-failure.ts';
import { type ContainerLog, type MostTelling, tellingLine, withoutRepeats } from './container-log.ts';
import { exitCause } from './exit-cause.ts';
import { targetCause, targetLines } from './health-cause.ts';
import { causeOfTexts, type LikelyCause, textCause } from './known-causes.ts';
import { causeOfEvents } from './known-events.ts';

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

/** What was gathered of a failed rollout. */
export interface Evidence {
  readonly snapshot: Snapshot;
  readonly since: Date | undefined;
  readonly groups: readonly TargetGroupState[];
  readonly logs: ContainerLog | undefined;
}

/** On one screen: what is rarer tells less. */
const mostGroups = 5;
const mostEvents = 5;

/** Explains a failed rollout from what was gathered. Pure. */
export function diagnose(evidence: Evidence): Cause {
  const { snapshot, since, groups, logs } = evidence;
  const warnings = warningsOf(snapshot.events, since).map(({ message }) => message);
  const events = withoutRepeats(warnings, 'anywhere');
  const [main] = groupsOf(snapshot.tasks);
  return {
    likely:
      alarmCause(snapshot) ??
      (main && causeOfFailures(main, evidence, events)) ??
      causeOfEvents(events, placeOf(snapshot)),
    groups: failedGroups(snapshot.tasks),
    targets: targetLines(groups),
    events: events.slice(0, mostEvents),
    logs,
  };
}

/** Where nothing could be gathered because access was lost: what that was, and how to keep it. */
export function causeOfFailure({ message, advice = '' }: Failure): Cause {
  return {
    likely: { says: asSentence(plain(message)), advice },
    groups: [],
    targets: [],
    events: [],
    logs: undefined,
  };
}

/** The failed tasks among those given by cause, the most frequent first, and not more than fit on the screen. */
export function failedGroups(tasks: readonly TaskView[]): readonly FailedGroup[] {
  return groupsOf(tasks).slice(0, mostGroups).map(describe);
}

/** The failed tasks whose logs tell most: the newest three of the most frequent cause. */
export function mostTelling(tasks: readonly TaskView[]): MostTelling | undefined {
  const [main] = groupsOf(tasks);
  // Of a task that never started there is no log.
  if (main === undefined || main.newest.kind === 'never-started') return undefined;
  const container = failedContainer(main.newest.task);
  return (
    container && { container: container.name, taskIds: main.failures.slice(0, 3).map(({ task }) => task.id) }
  );
}

/** Tasks may fail beside it, or not at all: what rolled it back is the alarm. */
function alarmCause({ serviceDeployment }: Snapshot): LikelyCause | undefined {
  const { status, triggeredAlarmNames = [] } = serviceDeployment?.alarms ?? {};
  if (status !== 'TRIGGERED') return undefined;
  const names = triggeredAlarmNames.map((name) => plain(name, 100)).join(', ');
  return {
    says: `The CloudWatch alarm ${names || 'of the service'} went off during the deployment.`,
    advice: 'Look at what the alarm measures, from the begin of the deployment on.',
  };
}

function placeOf({ service }: Snapshot): string | undefined {
  return placeInArn(service?.clusterArn);
}

/** By the texts first (they tell most), then by health checks, then by the exit code and the log. */
function causeOfFailures(
  { newest: { task }, failures }: Alike,
  { snapshot, groups, logs }: Evidence,
  events: readonly string[],
): LikelyCause | undefined {
  if (/failed ELB health checks/i.test(plain(task.stoppedReason ?? ''))) {
    return targetCause(failures, groups, events, snapshot.service?.healthCheckGracePeriodSeconds);
  }
  const lines = logs?.lines ?? [];
  const known =
    textCause(task, placeOf(snapshot)) ??
    causeOfTexts(lines.filter((line) => /exec format error/i.test(line)));
  if (known !== undefined) return known;
  const exit = exitCause(task);
  const said = tellingLine(lines);
  return exit === undefined || said === undefined
    ? exit
    : { ...exit, says: `${exit.says} It said: “${said}”.` };
}

/** Tasks that failed alike, the newest first. */
interface Alike {
  readonly newest: TaskFailure;
  readonly failures: readonly TaskFailure[];
}

/** The most frequent cause first. */
function groupsOf(tasks: readonly TaskView[]): readonly Alike[] {
  const all = tasks.flatMap((task) => failureOf(task) ?? []);
  return [...Map.groupBy(all, ({ fingerprint }) => fingerprint).values()]
    .toSorted((a, b) => b.length - a.length)
    .flatMap((group) => {
      const failures = newestFirst(group);
      const [newest] = failures;
      return newest === undefined ? [] : { newest, failures };
    });
}

function newestFirst(group: readonly TaskFailure[]): readonly TaskFailure[] {
  const ended = ({ task: { times } }: TaskFailure): number => times.stopped ?? times.stopping ?? 0;
  return group.toSorted((a, b) => ended(a) - ended(b)).toReversed();
}

function describe({ newest: { task, kind }, failures }: Alike): FailedGroup {
  const stoppedReason = plain(task.stoppedReason ?? 'no reason given');
  // A task that could not be started has the reason of its container for its own (seen).
  const isToldAbove = (reason: string): boolean => stoppedReason.includes(plain(reason));
  return {
    count: failures.length,
    example: task.id,
    stopCode: plain(task.stopCode ?? ''),
    stoppedReason,
    containers: task.containers.flatMap(({ name, exitCode, reason, healthStatus }) => {
      const facts = [
        // With which code a container ends that ECS stops for its health says nothing.
        ...(exitCode === undefined || kind === 'unhealthy' ? [] : [`exit code ${exitCode}`]),
        ...(healthStatus === 'UNHEALTHY' ? ['UNHEALTHY'] : []),
        ...(reason === undefined ? [] : [isToldAbove(reason) ? 'as above' : plain(reason, 500)]),
      ];
      return facts.length === 0 ? [] : `${plain(name, 100)}: ${facts.join(', ')}`;
    }),
  };
}
