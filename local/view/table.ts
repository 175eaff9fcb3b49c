import type { Snapshot, TaskShown } from '../ecs/snapshot.ts';
import { keyOf, onOneLine } from './changes.ts';

const mostTasks = 12;
const mostEvents = 5;

/** Services, their tasks and newest events, in lines of at most that many characters. */
export function serviceTable({ services, tasks }: Snapshot, columns: number): string[] {
  if (services.length === 0 && tasks.length === 0) return ['No service yet.'];
  const rows = services.flatMap((service) =>
    service.deployments.map(
      ({ id, status, taskDefinition, rolloutState, desired, pending, running, failed }) => [
        keyOf(service),
        taskDefinition,
        id,
        status,
        rolloutState ?? '',
        `${running}/${desired}`,
        String(pending),
        String(failed),
      ],
    ),
  );
  const head = [
    'SERVICE',
    'TASK DEFINITION',
    'DEPLOYMENT',
    'STATUS',
    'ROLLOUT',
    'RUNNING',
    'PENDING',
    'FAILED',
  ];
  const events = services.flatMap(({ events: newest }) => newest).toSorted((a, b) => b.at - a.at);
  return [
    ...aligned([head, ...rows]),
    '',
    ...aligned([['TASK', 'OF', 'STATUS', 'HEALTH', 'WHY STOPPED'], ...newestLast(tasks).map(taskRow)]),
    '',
    ...events.slice(0, mostEvents).map(({ message }) => onOneLine(message)),
  ].map((line) => line.slice(0, columns).trimEnd());
}

/** Shows running tasks before stopped ones, which come in the order of their start. */
function newestLast(tasks: readonly TaskShown[]): readonly TaskShown[] {
  const stopped = tasks.filter(({ lastStatus }) => lastStatus === 'STOPPED');
  const others = tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED');
  const room = Math.max(0, mostTasks - others.length);
  return [...others.slice(-mostTasks), ...stopped.slice(stopped.length - Math.min(room, stopped.length))];
}

function taskRow({ taskId, taskDefinition, lastStatus, health, stoppedReason }: TaskShown): string[] {
  return [taskId.slice(0, 8), taskDefinition, lastStatus, health, onOneLine(stoppedReason ?? '')];
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}
