import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { askWithRetries, type CheckContext, rejectForeignAnswers } from './ask.ts';
import { type Answer, ok } from './check.ts';

/** Whether a target group is there and takes addresses, as awsvpc needs (documented). */
export async function checkTargetGroup(context: CheckContext, arn: string): Promise<Answer> {
  const { DescribeTargetGroupsCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const elb = await context.aws.elb();
  rejectForeignAnswers(elb.middlewareStack);
  const { TargetGroups: groups = [] } = await askWithRetries(
    context,
    'elasticloadbalancing:DescribeTargetGroups',
    (abortSignal) => elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }), { abortSignal }),
  );
  return judgeTargetGroup(groups.find(({ TargetGroupArn: own }) => own === arn));
}

export function judgeTargetGroup(group: TargetGroup | undefined): Answer {
  if (group === undefined) return { state: 'missing' };
  if (group.TargetType !== 'ip') {
    const detail = `Its target type is ${group.TargetType ?? 'unknown'}; tasks on Fargate need ip. It can't be changed: make a new target group.`;
    return { state: 'wrong', detail };
  }
  return (group.LoadBalancerArns ?? []).length === 0
    ? { state: 'ok', detail: 'No load balancer uses it yet.' }
    : ok;
}
