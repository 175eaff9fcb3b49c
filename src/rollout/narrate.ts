import { plain } from '../report/plain.ts';
import type { FailureCount, Verdict } from './judge.ts';
import { warningsOf } from './service-event.ts';
import { countsOf, type Snapshot } from './snapshot.ts';
import { failureOf } from './task-failure.ts';

/** What the log has told of a rollout so far; each telling gives back the next. */
export interface Told {
  readonly progress: string;
  readonly failures: ReadonlySet<string>;
  readonly events: ReadonlySet<string>;
  readonly lastLineAt: number;
}

export const toldNothing: Told = { progress: '', failures: new Set(), events: new Set(), lastLineAt: 0 };

/**
 * The lines for what is new: one when the counts or the phase changed, one for each failed task with the count that
 * it brings, one for each warning of ECS, and a sign of life after a minute of silence.
 *
 * @param now milliseconds of the run's own clock
 */
export function narrate(
  told: Told,
  snapshot: Snapshot,
  verdict: Verdict,
  { now, since }: { readonly now: number; readonly since: Date | undefined },
): { readonly lines: readonly string[]; readonly told: Told } {
  const failures = newFailures(told, snapshot, verdict);
  const events = newEvents(told, snapshot, since);
  const progress = progressLine(snapshot, verdict);
  const hasMoved = progress !== told.progress;
  const isQuiet = failures.length === 0 && events.length === 0 && !hasMoved;
  const heartbeat = isQuiet && now - told.lastLineAt >= 60_000;
  const minutes = Math.round(snapshot.elapsedSeconds / 60);

  const lines = [
    ...failures.map(({ line }) => line),
    ...events.map(({ line }) => line),
    ...(hasMoved ? [progress] : heartbeat ? [`${progress} (${minutes} min so far)`] : []),
  ];
  return {
    lines,
    told: {
      progress,
      failures: new Set([...told.failures, ...failures.map(({ arn }) => arn)]),
      events: new Set([...told.events, ...events.map(({ id }) => id)]),
      lastLineAt: lines.length > 0 ? now : told.lastLineAt,
    },
  };
}

/** `2 of 3 new tasks running, 1 pending`, and what is being waited for. */
function progressLine(snapshot: Snapshot, verdict: Verdict): string {
  const { desired, running, pending } = countsOf(snapshot);
  const counts = `${running} of ${desired} new tasks running${pending > 0 ? `, ${pending} pending` : ''}`;
  if (verdict.kind === 'paused') return `${counts}; paused by the lifecycle hook ${plain(verdict.hook)}`;
  if (verdict.kind !== 'waiting') return counts;
  const unknown = plain(snapshot.serviceDeployment?.status ?? '');
  switch (verdict.phase) {
    case 'starting':
      return running >= desired && desired > 0
        ? `${counts}; waiting for them to be healthy and for old tasks to drain`
        : counts;
    case 'finishing':
      return `${counts}, all healthy; waiting for ECS to complete the deployment`;
    case 'ecs-rolling-back':
      return `${counts}; ECS is rolling back`;
    case 'ecs-stopping':
      return `${counts}; ECS is stopping the deployment`;
    case 'unknown-state':
      return `${counts}; ECS reports the state ${unknown}, which is not known here: waiting`;
    default:
      return verdict.phase satisfies never;
  }
}

function newFailures(told: Told, snapshot: Snapshot, verdict: Verdict): { arn: string; line: string }[] {
  const failures = snapshot.tasks.flatMap((task) => failureOf(task) ?? []);
  const fresh = failures.filter(({ task }) => !told.failures.has(task.arn));
  const counted = countedOf(verdict);
  return fresh.map(({ task }, index) => {
    const exits = task.containers
      .flatMap(({ name, exitCode, reason }) => {
        if (exitCode === undefined && reason === undefined) return [];
        const code = exitCode === undefined ? '' : ` exited with ${exitCode}`;
        return `${name}${code}${reason === undefined ? '' : ` (${plain(reason, 200)})`}`;
      })
      .join(', ');
    const why = plain(task.stoppedReason ?? 'no reason given', 300);
    const nth = counted.count - fresh.length + index + 1;
    const count = nth > 0 && nth <= counted.threshold ? ` (${nth} of ${counted.threshold})` : '';
    return {
      arn: task.arn,
      line: `task ${task.id} failed${count}: ${why}${exits === '' ? '' : `: ${exits}`}`,
    };
  });
}

/** Those that count towards giving up; none where a circuit breaker counts. */
function countedOf(verdict: Verdict): FailureCount {
  if (verdict.kind === 'waiting') return verdict.failures;
  if (verdict.kind !== 'giveUp' || verdict.why.kind !== 'tasks-failed') return { count: 0, threshold: 0 };
  return { count: verdict.why.failures.length, threshold: verdict.why.threshold };
}

/** Oldest first, as they came. */
function newEvents(
  told: Told,
  { service }: Snapshot,
  since: Date | undefined,
): { id: string; line: string }[] {
  return warningsOf(service?.events, since)
    .filter(({ id }) => !told.events.has(id))
    .toReversed()
    .map(({ id, message }) => ({ id, line: `ECS says: ${message}` }));
}
