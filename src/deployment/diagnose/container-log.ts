import type { Aws } from '../../aws/clients.ts';
import { kindOf, wordsOf } from '../../aws/errors.ts';
import { containerNamed, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { isJsonObject } from '../../text/json.ts';
import { plain } from '../../text/sanitize.ts';
import { normalizeMessage } from '../observe/task-failure.ts';

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

/** One more than are shown, so that a repetition at the cut is seen. */
const linesRead = 40;

/**
 * The last lines of the container that failed, when it logs to CloudWatch Logs: of the newest failed task, and whether
 * the others said the same. What can't be read is said, and is not fatal.
 */
export async function readFailedLog(
  { aws, over: abortSignal }: { readonly aws: Pick<Aws, 'logs'>; readonly over: AbortSignal },
  failed: MostTelling,
  taskDefinition: TaskDefinitionDocument,
): Promise<ContainerLog> {
  const { container, taskIds } = failed;
  const none = (note: string): ContainerLog => logOf(failed, [], note);
  const configuration = containerNamed(taskDefinition, container)?.logConfiguration;
  const { logDriver, options } = isJsonObject(configuration) ? configuration : {};
  if (logDriver === undefined)
    return none('The container has no logConfiguration, so Fargate keeps nothing of its output.');
  if (logDriver !== 'awslogs' || !isJsonObject(options)) {
    return none(`The container logs by ${plain(JSON.stringify(logDriver), 50)}; look there.`);
  }
  const { 'awslogs-group': group, 'awslogs-region': region, 'awslogs-stream-prefix': prefix } = options;
  if (typeof group !== 'string' || typeof prefix !== 'string')
    return none('The log configuration names no stream.');
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
    if (lines.length === 0) return none(`It has logged nothing (log group ${plain(group, 200)}).`);
    const stream = { region: await client.config.region(), group, stream: streamOf(newest) };
    return { ...logOf(failed, [lines, ...more], undefined), stream };
  } catch (error) {
    if (kindOf(error) === 'not-found') {
      const missing = /log group/i.test(wordsOf(error))
        ? 'there is no such log group'
        : 'it has no log stream';
      return none(`It has logged nothing (log group ${plain(group, 200)}: ${missing}).`);
    }
    return none(`Its log can't be read: ${plain(wordsOf(error), 300)}`);
  }
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

function lastWords(lines: readonly string[]): string {
  return lines
    .slice(-3)
    .map((line) => normalizeMessage(line))
    .join('\n');
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

/**
 * Lines that differ in nothing but ids and numbers are one, with the count. Pure.
 *
 * @param apart whether others may stand between them: in a log what comes in between tells when
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
