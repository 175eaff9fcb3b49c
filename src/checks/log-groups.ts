import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { JsonObject } from '../aws/json.ts';
import { textIn, wordIn } from '../aws/json.ts';
import { type Answer, type Asking, ok } from './check.ts';

/** Whether the log group of awslogs options is there; one that is created at the start need not be. */
export async function checkLogGroup({ aws }: Asking, options: JsonObject): Promise<Answer> {
  const name = wordIn(options['awslogs-group']);
  const logs = await aws.logs(textIn(options['awslogs-region']));
  const { logGroups = [] } = await logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 50 }),
  );
  if (logGroups.some(({ logGroupName }) => logGroupName === name)) return ok;
  if (options['awslogs-create-group'] === 'true') {
    return {
      state: 'ok',
      detail: 'It is created by the first task; the execution role needs logs:CreateLogGroup.',
    };
  }
  return { state: 'missing', detail: 'Create it, or set awslogs-create-group to true.' };
}
