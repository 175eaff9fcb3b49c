import { isJsonArray, isJsonObject, type Json, listIn, objectIn } from '../aws/json.ts';
import { sendRaw } from '../aws/raw.ts';
import { type Answer, type Asking, ok, refused } from './check.ts';

/** Whether a role is there and ECS's tasks may take it. */
export async function checkRole({ aws }: Asking, arn: string): Promise<Answer> {
  const name = arn.split('/').at(-1) ?? arn;
  const form = new URLSearchParams({ Action: 'GetRole', Version: '2010-05-08', RoleName: name });
  const reply = await sendRaw(aws.ecs, {
    service: 'iam',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  if (reply.status !== 200) return refused(reply.status, reply.body, 'iam:GetRole');
  const found = /<Arn>([^<]*)<\/Arn>/.exec(reply.body)?.[1];
  // A role of another account or path has the same name.
  if (found !== undefined && found !== arn) return { state: 'missing', detail: `There is ${found} instead.` };
  const policy = /<AssumeRolePolicyDocument>([^<]*)<\/AssumeRolePolicyDocument>/.exec(reply.body)?.[1];
  if (policy === undefined) return { state: 'unknown', detail: 'IAM did not tell its trust policy.' };
  return trustsTasks(parsed(decodeURIComponent(policy)))
    ? ok
    : { state: 'wrong', detail: 'Its trust policy does not let ecs-tasks.amazonaws.com assume it.' };
}

/** Conditions are not looked at: what they will be compared with is known to ECS alone. */
export function trustsTasks(policy: Json | undefined): boolean {
  const { Statement: statements } = objectIn(policy);
  const list = isJsonArray(statements) ? statements : statements === undefined ? [] : [statements];
  return list.map(objectIn).some(({ Effect: effect, Action: action, Principal: principal }) => {
    const services =
      principal === '*' ? ['*'] : textsIn(isJsonObject(principal) ? principal.Service : undefined);
    return (
      effect === 'Allow' &&
      textsIn(action).some((one) => ['sts:AssumeRole', 'sts:*', '*'].includes(one)) &&
      services.some((service) => service === '*' || service.startsWith('ecs-tasks.amazonaws.com'))
    );
  });
}

/** One text or a list of them. */
function textsIn(value: Json | undefined): readonly string[] {
  const list = typeof value === 'string' ? [value] : listIn(value);
  return list.filter((item) => typeof item === 'string');
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
