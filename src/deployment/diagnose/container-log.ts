import { plain } from '../../text/sanitize.ts';
import { general } from '../observe/task-failure.ts';
import { withoutRepeats } from './repeats.ts';

/** Where a container's whole log is. */
export interface LogStream {
  readonly region: string;
  readonly group: string;
  readonly stream: string;
}

/** The last lines of a container that failed. */
export interface ContainerLog {
  readonly container: string;
  readonly taskId: string;
  /** Oldest first, a repeated line once with its count; empty with a note that says why. */
  readonly lines: readonly string[];
  readonly note: string | undefined;
  /** In how many failed tasks (of those that were looked at) the log ends alike; 1 when it is this one's alone. */
  readonly sameIn: number;
  /** Undefined where nothing was found. */
  readonly stream?: LogStream;
}

/** The failed tasks whose log tells most, the newest first: all failed alike. */
export interface MostTelling {
  readonly container: string;
  readonly taskIds: readonly string[];
}

const linesShown = 15;

/** Pure. @param logs the lines of each task, oldest first, in the order of `taskIds` */
export function logOf(
  { container, taskIds }: MostTelling,
  logs: readonly (readonly string[])[],
  note: string | undefined,
): ContainerLog {
  const [first = [], ...others] = logs;
  const end = lastWords(first);
  return {
    container: plain(container, 100),
    taskId: taskIds[0] ?? '',
    lines: withoutRepeats(first, 'adjacent').slice(-linesShown),
    note,
    sameIn: 1 + (end === '' ? 0 : others.filter((other) => lastWords(other) === end).length),
  };
}

/**
 * The line that tells most: the last that speaks of an error, else the last of all. A stack trace comes after the line
 * with the error, and says less.
 */
export function tellingLine(lines: readonly string[]): string | undefined {
  const spoken = lines.filter((line) => /[a-z]/i.test(line));
  const errors = spoken.filter(
    (line) =>
      /error|exception|fatal|panic|refused|denied|not found|no such|cannot|can't|could not|unable|fail|missing|not set|invalid|required|undefined/i.test(
        line,
      ) && !/^\s*(at |File "|\.\.\. )/.test(line),
  );
  return (errors.at(-1) ?? spoken.at(-1))?.trim();
}

function lastWords(lines: readonly string[]): string {
  return lines
    .slice(-3)
    .map((line) => general(line))
    .join('\n');
}
