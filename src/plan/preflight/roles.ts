import { getRole, type Role } from '../../aws/raw/iam.ts';
import { askWithRetries, type CheckContext } from './ask.ts';
import type { Answer } from './check.ts';
import { judgeTrust, type TaskOwner } from './trust-policy.ts';

/** Whether a role is there and ECS's tasks may take it. */
export async function checkRole(context: CheckContext, arn: string, owner: TaskOwner): Promise<Answer> {
  const [, , , , account, ...path] = arn.split(':');
  // Documented for iam:PassRole; asked by its name here, another account's role would only look as if it were missing.
  if (account !== owner.account)
    return {
      state: 'wrong',
      detail: `It is a role of account ${account}, and a role can't be passed from another account (here it is ${owner.account}).`,
    };
  const RoleName = path.join(':').split('/').at(-1) ?? '';
  const role = await askWithRetries(context, 'iam:GetRole', (over) => getRole(context.aws, RoleName, over));
  return judgeRole(arn, role, owner);
}

/** By what GetRole answers. Pure. */
export function judgeRole(arn: string, { arn: found, trustPolicy }: Role, owner: TaskOwner): Answer {
  if (found === undefined || trustPolicy === undefined)
    return { state: 'unknown', detail: 'IAM did not tell its ARN and its trust policy.' };
  // A role's name has no path and no case, its ARN has (documented). Whether ECS minds the case is not.
  if (found !== arn)
    return {
      state: found.toLowerCase() === arn.toLowerCase() ? 'unknown' : 'missing',
      detail: `There is ${found} instead.`,
    };
  return judgeTrust(trustPolicy, owner);
}
