import type { LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { type JsonObject, textIn, wordIn } from '../../text/json.ts';
import { askWithRetries, type CheckContext, rejectForeignAnswers } from './ask.ts';
import { type Answer, ok } from './check.ts';

/** Whether the log group of awslogs options is there; one that is created at the start need not be. */
export async function checkLogGroup(context: CheckContext, options: JsonObject): Promise<Answer> {
  const { DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const logs = await context.aws.logs(textIn(options['awslogs-region']));
  rejectForeignAnswers(logs.middlewareStack);
  const request = { logGroupNamePrefix: wordIn(options['awslogs-group']), limit: 50 };
  // The names come in order (documented), so the one that is just the prefix comes first.
  const { logGroups = [] } = await askWithRetries(context, 'logs:DescribeLogGroups', (abortSignal) =>
    logs.send(new DescribeLogGroupsCommand(request), { abortSignal }),
  );
  return judgeLogGroup(logGroups, options);
}

/** By those whose name begins so. Pure. */
export function judgeLogGroup(groups: readonly LogGroup[], options: JsonObject): Answer {
  const name = wordIn(options['awslogs-group']);
  if (groups.some(({ logGroupName }) => logGroupName === name)) return ok;
  if (isTrue(options['awslogs-create-group'])) {
    return {
      state: 'ok',
      detail: 'It is created by the first task; the execution role needs logs:CreateLogGroup.',
    };
  }
  return { state: 'missing', detail: 'Create it, or set awslogs-create-group to true.' };
}

/** As the log driver reads it: by Go's ParseBool (its source). */
function isTrue(value: unknown): boolean {
  return typeof value === 'string' && ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);
}
