import { plain } from '../text/sanitize.ts';
import type { FailureCount } from './failure-count.ts';
import { heldBy } from './observe/protection.ts';
import { warningsOf } from './observe/service-event.ts';
import { countsOf, type Snapshot } from './observe/snapshot.ts';
import { openHooks, stageOf } from './observe/stage.ts';
import { failureOf, normalizeMessage, type TaskFailure } from './observe/task-failure.ts';
import { rollbackTraffic, type StageLine, stageLine, waitsFor } from './stage-line.ts';
import type { Verdict } from './verdict.ts';

/** What the log has said about a rollout so far; each narration returns the next. */
export interface NarrationState {
  readonly progress: string;
  readonly failures: ReadonlySet<string>;
  /** How many failed tasks of each cause the log has named. */
  readonly countByCause: ReadonlyMap<string, number>;
  /** The warnings in the log, without what differs from one to the next. */
  readonly warnings: ReadonlySet<string>;
  readonly lastLineAt: number;
}

/** New lines, and what the log has said with them. */
export interface Narration {
  readonly lines: readonly string[];
  readonly told: NarrationState;
}

export const nothingNarrated: NarrationState = {
  progress: '',
  failures: new Set(),
  countByCause: new Map(),
  warnings: new Set(),
  lastLineAt: 0,
};

/**
 * The lines for what is new: one when the counts or the phase changed, one for each failed task with the count that
 * it brings (for the fourth of a cause and later ones together), one for each kind of warning of ECS, and a sign of
 * life after a minute of silence.
 *
 * @param now milliseconds of the run's own clock
 */
export function narrate(
  told: NarrationState,
  snapshot: Snapshot,
  verdict: Verdict,
  { now, since }: { readonly now: number; readonly since: Date | undefined },
): Narration {
  const failures = newFailures(told, snapshot, verdict);
  const warnings = newWarnings(told, snapshot, since);
  const { text: progress, timeLeft } = progressLine(snapshot, verdict);
  const hasMoved = progress !== told.progress;
  const isQuiet = failures.lines.length === 0 && warnings.length === 0 && !hasMoved;
  const heartbeat = isQuiet && now - told.lastLineAt >= 60_000;
  const minutes = Math.round(snapshot.elapsedSeconds / 60);

  const lines = [
    ...failures.lines,
    ...warnings.map(({ line }) => line),
    ...(hasMoved ? [progress + timeLeft] : []),
    ...(heartbeat ? [`${progress}${timeLeft} (${minutes} min so far)`] : []),
  ];
  return {
    lines,
    told: {
      progress,
      failures: failures.told,
      countByCause: failures.countByCause,
      warnings: new Set([...told.warnings, ...warnings.map(({ kind }) => kind)]),
      lastLineAt: lines.length > 0 ? now : told.lastLineAt,
    },
  };
}

/** The tasks or the stage, and what is being waited for. */
function progressLine(snapshot: Snapshot, verdict: Verdict): StageLine {
  const stage = stageOf(snapshot.serviceDeployment);
  const isOwn =
    verdict.kind === 'paused' ||
    (verdict.kind === 'waiting' && (verdict.phase === 'starting' || verdict.phase === 'finishing'));
  const counts = countsLine(snapshot);
  if (stage === undefined || !isOwn) return { text: taskLine(snapshot, verdict, counts), timeLeft: '' };
  const line = stageLine(stage, snapshot, counts);
  const held = snapshot.protection === undefined ? '' : `; ${heldBy(snapshot.protection)}`;
  return { ...line, text: `${line.text}${held}` };
}

/** `2 of 3 new tasks running, 1 pending` */
function countsLine(snapshot: Snapshot): string {
  const { desired, running, pending } = countsOf(snapshot);
  // Tasks that drain still count as running, so there may be more than are wanted.
  const extra = running > desired ? `, ${running - desired} stopping` : '';
  return `${Math.min(running, desired)} of ${desired} new tasks running${pending > 0 ? `, ${pending} pending` : ''}${extra}`;
}

function taskLine(snapshot: Snapshot, verdict: Verdict, counts: string): string {
  const { desired, running } = countsOf(snapshot);
  if (verdict.kind === 'paused') {
    return [counts, ...openHooks(snapshot.serviceDeployment).map((hook) => waitsFor(hook, snapshot))].join(
      '; ',
    );
  }
  if (verdict.kind === 'completing') {
    const drain = verdict.draining === '' ? '' : `; ${verdict.draining} still running`;
    return `ECS called the deployment successful by its early success criteria; waiting for the rest: ${Math.min(verdict.running, verdict.desired)} of ${verdict.desired} new tasks running${drain}`;
  }
  if (verdict.kind === 'watching') {
    const seconds = Math.ceil(verdict.seconds);
    return `ECS has completed the deployment, but ${verdict.failures} ${verdict.failures === 1 ? 'task' : 'tasks'} failed: watching for ${seconds} s whether more do`;
  }
  if (verdict.kind !== 'waiting') return counts;
  const unknown = plain(snapshot.serviceDeployment?.status ?? '');
  const { protection } = snapshot;
  if (protection !== undefined && (verdict.phase === 'starting' || verdict.phase === 'finishing')) {
    return `${counts}; ${heldBy(protection)}`;
  }
  switch (verdict.phase) {
    case 'starting':
      return running >= desired && desired > 0
        ? `${counts}; waiting for them to be healthy and for old tasks to drain`
        : counts;
    case 'finishing':
      return `${counts}, all healthy; waiting for ECS to complete the deployment`;
    case 'ecs-rolling-back':
      return `${counts}; ECS is rolling back${rollbackTraffic(snapshot)}`;
    case 'ecs-stopping':
      return `${counts}; ECS is stopping the deployment`;
    case 'unknown-state':
      return `${counts}; ECS reports the state ${unknown}, which is not known here: waiting`;
    default:
      return verdict.phase satisfies never;
  }
}

/** From the fourth of a cause on, tasks that failed the same way share a line. */
const toldOneByOne = 3;

function newFailures(
  told: NarrationState,
  snapshot: Snapshot,
  verdict: Verdict,
): {
  readonly lines: readonly string[];
  readonly told: ReadonlySet<string>;
  readonly countByCause: ReadonlyMap<string, number>;
} {
  const failures = snapshot.tasks.flatMap((task) => failureOf(task) ?? []);
  const fresh = failures.filter(({ task }) => !told.failures.has(task.arn));
  const counted = countedOf(verdict);
  const countByCause = new Map(told.countByCause);
  const lines: string[] = [];
  const more = new Map<string, { readonly example: TaskFailure; count: number }>();
  for (const [index, failure] of fresh.entries()) {
    const count = (countByCause.get(failure.fingerprint) ?? 0) + 1;
    countByCause.set(failure.fingerprint, count);
    if (count <= toldOneByOne) {
      lines.push(failureLine(failure, counted, counted.count - fresh.length + index + 1));
      continue;
    }
    const others = more.get(failure.fingerprint) ?? { example: failure, count: 0 };
    others.count++;
    more.set(failure.fingerprint, others);
  }
  for (const [fingerprint, { example, count }] of more) {
    lines.push(
      `${count} more task${count === 1 ? '' : 's'} failed the same way, ${countByCause.get(fingerprint)} in all: ${whyStopped(example)}`,
    );
  }
  return { lines, told: new Set([...told.failures, ...fresh.map(({ task }) => task.arn)]), countByCause };
}

function failureLine({ task, ...failure }: TaskFailure, counted: FailureCount, nth: number): string {
  const exits = task.containers
    .flatMap(({ name, exitCode: code, reason }) => {
      // With which code a container ends that ECS stops for its health says nothing.
      const exitCode = failure.kind === 'unhealthy' ? undefined : code;
      const own =
        reason !== undefined && plain(task.stoppedReason ?? '').includes(plain(reason)) ? undefined : reason;
      if (exitCode === undefined && own === undefined) return [];
      const exited = exitCode === undefined ? '' : ` exited with ${exitCode}`;
      return `${name}${exited}${own === undefined ? '' : ` (${plain(own, 200)})`}`;
    })
    .join(', ');
  const count = nth > 0 && nth <= counted.threshold ? ` (${nth} of ${counted.threshold})` : '';
  return `task ${task.id} failed${count}: ${whyStopped({ task, ...failure })}${exits === '' ? '' : `: ${exits}`}`;
}

function whyStopped({ task }: TaskFailure): string {
  return plain(task.stoppedReason ?? 'no reason given', 300);
}

/** The failures that count towards giving up; none where a circuit breaker counts. */
function countedOf(verdict: Verdict): FailureCount {
  if (verdict.kind === 'waiting') return verdict.failures;
  if (verdict.kind !== 'giveUp' || verdict.why.kind !== 'tasks-failed') return { count: 0, threshold: 0 };
  return { count: verdict.why.failures.length, threshold: verdict.why.threshold };
}

/** Oldest first, as they came; those that differ in nothing but ids and numbers once. */
function newWarnings(
  told: NarrationState,
  { events }: Snapshot,
  since: Date | undefined,
): readonly { readonly kind: string; readonly line: string }[] {
  const kinds = new Set(told.warnings);
  return warningsOf(events, since)
    .toReversed()
    .flatMap(({ message }) => {
      const kind = normalizeMessage(message);
      if (kinds.has(kind)) return [];
      kinds.add(kind);
      return [{ kind, line: `ECS says: ${message}` }];
    });
}
