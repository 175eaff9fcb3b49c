import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Aws } from '../aws/clients.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';
import { isJsonObject } from '../aws/json.ts';
import { plain } from '../report/plain.ts';
import { containerNamed, type TaskDefinitionDocument } from '../task-definition/document.ts';
import { type ContainerLog, type Evidence, mostTelling } from './diagnose.ts';
import type { Rollout } from './rollout.ts';
import type { Snapshot } from './snapshot.ts';
import type { TargetHealthReader } from './target-health.ts';

/**
 * Gathers what explains a failed rollout. Nothing in it is fatal: what may not be read, or is not there, is said.
 *
 * @param taskDefinition the document that the rollout runs: it names the log group
 */
export async function gatherEvidence({
  aws,
  targetHealth,
  rollout,
  snapshot,
  taskDefinition,
}: {
  readonly aws: Pick<Aws, 'logs'>;
  readonly targetHealth: TargetHealthReader;
  readonly rollout: Rollout;
  readonly snapshot: Snapshot;
  readonly taskDefinition: TaskDefinitionDocument;
}): Promise<Evidence> {
  const [targets, logs] = await Promise.all([
    Promise.all(rollout.targetGroupArns.map((arn) => unhealthyTargets(targetHealth, arn))),
    lastLines(aws, snapshot, taskDefinition),
  ]);
  return { snapshot, since: rollout.createdAt, targets: targets.flat(), logs };
}

async function unhealthyTargets(targetHealth: TargetHealthReader, arn: string): Promise<readonly string[]> {
  const group = plain(arn.split(':').at(-1)?.split('/')[1] ?? arn, 100);
  const targets = await targetHealth.describe(arn);
  if ('unknown' in targets) return [`target group ${group}: not known (${plain(targets.unknown, 200)})`];
  return targets
    .filter(({ TargetHealth }) => TargetHealth?.State === 'unhealthy' || TargetHealth?.State === 'initial')
    .slice(0, 5)
    .map(({ Target, TargetHealth }) => {
      const { State = '', Reason = '', Description = '' } = TargetHealth ?? {};
      const why = [Reason, Description].filter((text) => text !== '').map((text) => plain(text, 200));
      return `target group ${group}: ${plain(Target?.Id ?? '', 50)}:${Target?.Port ?? ''} is ${State}${why.length > 0 ? ` (${why.join(': ')})` : ''}`;
    });
}

const linesShown = 15;

/** The last lines of the container that failed, when it logs to CloudWatch Logs. */
async function lastLines(
  aws: Pick<Aws, 'logs'>,
  { tasks }: Snapshot,
  taskDefinition: TaskDefinitionDocument,
): Promise<ContainerLog | undefined> {
  const failed = mostTelling(tasks);
  if (failed === undefined) return undefined;
  const { container, task } = failed;
  const none = (note: string): ContainerLog => ({
    container: plain(container, 100),
    taskId: task.id,
    lines: [],
    note,
  });

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
  // Documented: <prefix>/<container>/<task id>.
  const logStreamName = `${prefix}/${container}/${task.id}`;
  try {
    const client = await aws.logs(typeof region === 'string' ? region : undefined);
    const reply = await client.send(
      new GetLogEventsCommand({
        logGroupName: group,
        logStreamName,
        limit: linesShown,
        startFromHead: false,
      }),
    );
    const lines = (reply.events ?? []).map(({ message = '' }) => plain(message, 300)).slice(-linesShown);
    if (lines.length === 0) return none(`It has logged nothing (log group ${plain(group, 200)}).`);
    return { container: plain(container, 100), taskId: task.id, lines, note: undefined };
  } catch (error) {
    if (kindOf(error) === 'not-found') return none(`It has logged nothing: ${plain(wordsOf(error), 200)}`);
    return none(`Its log can't be read: ${plain(wordsOf(error), 300)}`);
  }
}
