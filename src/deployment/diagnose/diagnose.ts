import { placeInArn } from '../../aws/place.ts';
import type { TaskView } from '../../service/task.ts';
import { plain } from '../../text/sanitize.ts';
import { failedContainer } from '../observe/failed-container.ts';
import { reasonIn } from '../observe/rollback-cause.ts';
import { warningsOf } from '../observe/service-event.ts';
import type { Snapshot } from '../observe/snapshot.ts';
import type { TargetGroupState } from '../observe/target-health.ts';
import { failureOf, type TaskFailure } from '../observe/task-failure.ts';
import { type ContainerLog, type MostTelling, withoutRepeats } from './container-log.ts';
import { exitCause } from './exit-cause.ts';
import { targetCause, targetLines } from './health-cause.ts';
import { causeOfEvents, causeOfTexts, type LikelyCause, textCause } from './known-causes.ts';
import { stageCause } from './stage-cause.ts';

/** Why a rollout failed, on one screen. Every text is sanitized. */
export interface Cause {
  readonly likely: LikelyCause | undefined;
  /** Failed tasks by cause, the most frequent first; as many as fit on the screen. */
  readonly groups: readonly FailedGroup[];
  /** Unhealthy targets, in the load balancer's words. */
  readonly targets: readonly string[];
  /** ECS's warnings since the deployment began, newest first. */
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

/** What is known of a failed rollout. */
export interface Evidence {
  readonly snapshot: Snapshot;
  readonly since: Date | undefined;
  readonly groups: readonly TargetGroupState[];
  readonly logs: ContainerLog | undefined;
}

/** One screen: rarer causes and older events say less. */
const mostGroups = 5;
const mostEvents = 5;

/** Explains a failed rollout by its evidence. Pure. */
export function diagnose(evidence: Evidence): Cause {
  const { snapshot, since, groups, logs } = evidence;
  const warnings = warningsOf(snapshot.events, since).map(({ message }) => message);
  const events = withoutRepeats(warnings, 'anywhere');
  const [main] = groupsOf(snapshot.tasks);
  return {
    likely:
      alarmCause(snapshot) ??
      stageCause(snapshot) ??
      (main && causeOfFailures(main, evidence, events)) ??
      causeOfEvents(events, placeOf(snapshot)),
    groups: failedGroups(snapshot.tasks),
    targets: targetLines(groups),
    events: events.filter((event) => !repeats(event, snapshot)).slice(0, mostEvents),
    logs,
  };
}

/** The message of the outcome has the reason that ECS gives, and the event of the failed deployment repeats it. */
function repeats(event: string, { serviceDeployment, events, deploymentId }: Snapshot): boolean {
  if (serviceDeployment === undefined) return false;
  const { reason } = reasonIn(serviceDeployment, events, deploymentId);
  return reason !== '' && event.endsWith(`deployment failed: ${reason}`);
}

/** The failed tasks among `tasks` by cause, the most frequent first; as many as fit on the screen. */
export function failedGroups(tasks: readonly TaskView[]): readonly FailedGroup[] {
  return groupsOf(tasks).slice(0, mostGroups).map(describe);
}

/** The failed tasks whose log to read: the newest three of the most frequent cause. */
export function mostTelling(tasks: readonly TaskView[]): MostTelling | undefined {
  const [main] = groupsOf(tasks);
  // A task that never started has no log.
  if (main === undefined || main.newest.kind === 'never-started') return undefined;
  const container = failedContainer(main.newest.task);
  return (
    container && { container: container.name, taskIds: main.failures.slice(0, 3).map(({ task }) => task.id) }
  );
}

/** An alarm rolls back whether tasks fail or not, so it comes before their causes. */
function alarmCause({ serviceDeployment }: Snapshot): LikelyCause | undefined {
  const { status, triggeredAlarmNames = [] } = serviceDeployment?.alarms ?? {};
  if (status !== 'TRIGGERED') return undefined;
  const names = triggeredAlarmNames.map((name) => plain(name, 100)).join(', ');
  return {
    says: `The CloudWatch alarm ${names || 'of the service'} went into ALARM during the deployment.`,
    advice: "Check the alarm's metric since the deployment began.",
  };
}

function placeOf({ service }: Snapshot): string | undefined {
  return placeInArn(service?.clusterArn);
}

/** By health checks of the load balancer, then by known messages, then by the exit code and the log. */
function causeOfFailures(
  { newest: { task }, failures }: FailureGroup,
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
  return exitCause(task, logs);
}

/** Tasks that failed in the same way, newest first. */
interface FailureGroup {
  readonly newest: TaskFailure;
  readonly failures: readonly TaskFailure[];
}

/** The most frequent cause first. */
function groupsOf(tasks: readonly TaskView[]): readonly FailureGroup[] {
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

function describe({ newest: { task, kind }, failures }: FailureGroup): FailedGroup {
  const stoppedReason = plain(task.stoppedReason ?? 'no reason given');
  // A task that couldn't start repeats the reason of its container (observed).
  const isToldAbove = (reason: string): boolean => stoppedReason.includes(plain(reason));
  return {
    count: failures.length,
    example: task.id,
    stopCode: plain(task.stopCode ?? ''),
    stoppedReason,
    containers: task.containers.flatMap(({ name, exitCode, reason, healthStatus }) => {
      const facts = [
        // The exit code of a container that ECS stopped for its health says nothing.
        ...(exitCode === undefined || kind === 'unhealthy' ? [] : [`exit code ${exitCode}`]),
        ...(healthStatus === 'UNHEALTHY' ? ['UNHEALTHY'] : []),
        ...(reason === undefined ? [] : [isToldAbove(reason) ? 'as above' : plain(reason, 500)]),
      ];
      return facts.length === 0 ? [] : `${plain(name, 100)}: ${facts.join(', ')}`;
    }),
  };
}
