import type { Aws } from '../../aws/clients.ts';
import { kindOf, wordsOf } from '../../aws/errors.ts';
import { containerNamed, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { isJsonObject } from '../../text/json.ts';
import { plain } from '../../text/sanitize.ts';
import { type ContainerLog, logOf, type MostTelling } from './container-log.ts';

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
