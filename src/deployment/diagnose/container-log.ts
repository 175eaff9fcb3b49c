import type { Aws } from '../../aws/clients.ts';
import { kindOf, wordsOf } from '../../aws/errors.ts';
import { containerNamed, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { isJsonObject } from '../../text/json.ts';
import { plain } from '../../text/sanitize.ts';
import { normalizeMessage } from '../observe/task-failure.ts';

/** Where CloudWatch Logs keeps a container's whole log. */
export interface LogStream {
  readonly region: string;
  readonly group: string;
  readonly stream: string;
}

/** The last lines of a container that failed. */
export interface ContainerLog {
  readonly container: string;
  readonly taskId: string;
  /** Oldest first; a repeated line once, with its count. */
  readonly lines: readonly string[];
  /** Why there are no lines. */
  readonly note: string | undefined;
  /** How to find the error without them. */
  readonly advice?: string;
  /** How many of the failed tasks that were read have the same last lines, this one included. */
  readonly sameIn: number;
  readonly stream?: LogStream;
}

/** The failed tasks whose log to read, newest first; all failed in the same way. */
export interface MostTelling {
  readonly container: string;
  readonly taskIds: readonly string[];
}

/** More than are shown, because repeated lines become one. */
const linesRead = 40;

/**
 * Reads the last log lines of the container that failed, from CloudWatch Logs: those of the newest failed task, and
 * whether the others end with the same. A log that can't be read gets a note and is not fatal.
 */
export async function readFailedLog(
  { aws, over: abortSignal }: { readonly aws: Pick<Aws, 'logs'>; readonly over: AbortSignal },
  failed: MostTelling,
  taskDefinition: TaskDefinitionDocument,
): Promise<ContainerLog> {
  const { container, taskIds } = failed;
  const none = (note: string, advice: string): ContainerLog => ({ ...logOf(failed, [], note), advice });
  const configuration = containerNamed(taskDefinition, container)?.logConfiguration;
  const { logDriver, options } = isJsonObject(configuration) ? configuration : {};
  if (logDriver === undefined) {
    return none(
      'The container has no logConfiguration, so its output is lost.',
      'Add a logConfiguration to the container, or run the image locally, to see the error.',
    );
  }
  if (logDriver !== 'awslogs' || !isJsonObject(options)) {
    const driver = plain(JSON.stringify(logDriver), 50);
    return none(`The container logs through ${driver}.`, `Look for the error where ${driver} sends the log.`);
  }
  const { 'awslogs-group': group, 'awslogs-region': region, 'awslogs-stream-prefix': prefix } = options;
  if (typeof group !== 'string' || typeof prefix !== 'string') {
    return none(
      'logConfiguration names no awslogs-group or no awslogs-stream-prefix, so the log stream is unknown.',
      "Look for the error in the container's log.",
    );
  }
  const inGroup = `log group ${plain(group, 200)}`;
  try {
    const { GetLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const client = await aws.logs(typeof region === 'string' ? region : undefined);
    // Documented: <prefix>/<container>/<task id>.
    const streamOf = (id: string): string => `${prefix}/${container}/${id}`;
    const read = async (id: string): Promise<readonly string[]> => {
      const reply = await client.send(
        new GetLogEventsCommand({
          logGroupName: group,
          logStreamName: streamOf(id),
          limit: linesRead,
          startFromHead: false,
        }),
        { abortSignal },
      );
      return (reply.events ?? []).map(({ message = '' }) => plain(message, 300));
    };
    const [newest = '', ...others] = taskIds;
    const [lines, ...more] = await Promise.all([
      read(newest),
      ...others.map((id) => read(id).catch(() => [])),
    ]);
    if (lines.length === 0) return none(`The container wrote no log (${inGroup}).`, runLocally);
    const stream = { region: await client.config.region(), group, stream: streamOf(newest) };
    return { ...logOf(failed, [lines, ...more], undefined), stream };
  } catch (error) {
    if (kindOf(error) === 'not-found') {
      return /log group/i.test(wordsOf(error))
        ? none(`The log group ${plain(group, 200)} doesn't exist.`, 'Create the log group, and deploy again.')
        : none(`The container wrote no log (${inGroup}: no log stream).`, runLocally);
    }
    return none(
      `The log can't be read: ${plain(wordsOf(error), 300)}`,
      `Look for the error in CloudWatch Logs (${inGroup}).`,
    );
  }
}

/** What to do about a container that failed without a word. */
export const runLocally =
  'Run the image locally with the same command and environment variables to see the error.';

const linesShown = 15;

/** Summarizes what was read. Pure. @param logs the lines of each task, oldest first, in the order of `taskIds` */
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

function lastWords(lines: readonly string[]): string {
  return lines
    .slice(-3)
    .map((line) => normalizeMessage(line))
    .join('\n');
}

/**
 * The line to quote: the last that names an error, otherwise the last of all. Lines of a stack trace follow the error
 * and say less, so they don't count.
 */
export function tellingLine(lines: readonly string[]): string | undefined {
  const readable = lines.filter((line) => /[a-z]/i.test(line));
  const errors = readable.filter(
    (line) =>
      /error|exception|fatal|panic|refused|denied|not found|no such|cannot|can't|could not|unable|fail|missing|not set|invalid|required|undefined/i.test(
        line,
      ) && !/^\s*(at |File "|\.\.\. )/.test(line),
  );
  return (errors.at(-1) ?? readable.at(-1))?.trim();
}

/**
 * Folds lines that differ only in ids and numbers into one, with a count. Pure.
 *
 * @param apart `adjacent` keeps repeats apart that have other lines between them, as the order of a log matters
 */
export function withoutRepeats(lines: readonly string[], apart: 'adjacent' | 'anywhere'): readonly string[] {
  const kept: { readonly line: string; readonly fingerprint: string; count: number }[] = [];
  for (const line of lines) {
    const fingerprint = normalizeMessage(line);
    const candidates = apart === 'adjacent' ? kept.slice(-1) : kept;
    const same = candidates.find((one) => one.fingerprint === fingerprint && fingerprint !== '');
    if (same === undefined) kept.push({ line, fingerprint, count: 1 });
    else same.count++;
  }
  return kept.map(({ line, count }) => (count === 1 ? line : `${line} (${count} times)`));
}
