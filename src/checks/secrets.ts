import { isJsonObject, listIn, objectIn, wordIn } from '../aws/json.ts';
import { type RawReply, sendRaw } from '../aws/raw.ts';
import { readSecretValue } from '../task-definition/secret-value.ts';
import { type Answer, type Asking, ok, refused } from './check.ts';

/**
 * Whether what a secret refers to is there. A secret's value is read only when a key of its JSON is asked for, and only
 * the names of its keys are looked at.
 *
 * @param region of the service: a parameter's name is looked for there
 */
export async function checkSecret(asking: Asking, valueFrom: string): Promise<Answer> {
  const value = readSecretValue(valueFrom);
  switch (value.kind) {
    case 'secret':
      return checkSecretOfManager(asking, value.arn);
    case 'parameter':
      return checkParameter(asking, value.arn, value.arn.split(':')[3]);
    case 'parameter-name':
      return checkParameter(asking, value.name, undefined);
    case 'refused':
      return {
        state: 'wrong',
        detail: 'It is neither an ARN nor the name of a parameter, and is not shown.',
      };
    default:
      return value satisfies never;
  }
}

async function checkSecretOfManager(asking: Asking, reference: string): Promise<Answer> {
  const parts = reference.split(':');
  const [jsonKey = '', versionStage = '', versionId = ''] = parts.slice(7);
  const SecretId = parts.slice(0, 7).join(':');
  const region = parts[3];
  const describe = async (): Promise<RawReply> =>
    json(asking, 'secretsmanager', 'secretsmanager.DescribeSecret', { SecretId }, region);
  if (jsonKey === '') {
    const reply = await describe();
    if (reply.status !== 200) return refused(reply.status, reply.body, 'secretsmanager:DescribeSecret');
    const { DeletedDate: deleted } = objectIn(parsed(reply.body));
    return deleted === undefined ? ok : { state: 'wrong', detail: 'It is scheduled for deletion.' };
  }
  const version = {
    ...(versionStage === '' ? {} : { VersionStage: versionStage }),
    ...(versionId === '' ? {} : { VersionId: versionId }),
  };
  const target = 'secretsmanager.GetSecretValue';
  const reply = await json(asking, 'secretsmanager', target, { SecretId, ...version }, region);
  if (reply.status !== 200) {
    const answer = refused(reply.status, reply.body, 'secretsmanager:GetSecretValue');
    if (answer.state !== 'unknown') return answer;
    // Its key may not be known, but whether it is there at all.
    const described = await describe();
    return described.status === 400 && refused(400, described.body, '').state === 'missing'
      ? { state: 'missing' }
      : answer;
  }
  const content = parsed(wordIn(objectIn(parsed(reply.body)).SecretString));
  if (!isJsonObject(content))
    return { state: 'wrong', detail: `It holds no JSON object, so it has no key ${jsonKey}.` };
  return Object.hasOwn(content, jsonKey) ? ok : { state: 'wrong', detail: `Its JSON has no key ${jsonKey}.` };
}

/** Without decryption: the value of a secure one is not read. One that another account shares goes by its ARN only. */
async function checkParameter(asking: Asking, name: string, region: string | undefined): Promise<Answer> {
  const reply = await getParameter(asking, name, region);
  if (reply.status !== 200) return refused(reply.status, reply.body, 'ssm:GetParameters');
  if (isThere(reply)) return ok;
  if (!name.startsWith('arn:')) return { state: 'missing' };
  return isThere(await getParameter(asking, nameOf(name), region)) ? ok : { state: 'missing' };
}

function getParameter(asking: Asking, name: string, region: string | undefined): Promise<RawReply> {
  const input = { Names: [name], WithDecryption: false };
  return json(asking, 'ssm', 'AmazonSSM.GetParameters', input, region);
}

function isThere({ status, body }: RawReply): boolean {
  return status === 200 && listIn(objectIn(parsed(body)).InvalidParameters).length === 0;
}

/** `arn:...:parameter/web/db` is the parameter `/web/db`; one without a path (`parameter/db`) is `db`. */
function nameOf(arn: string): string {
  const path = arn.slice(arn.indexOf(':parameter/') + ':parameter/'.length);
  return path.includes('/') ? `/${path}` : path;
}

function json(
  { aws }: Asking,
  service: 'secretsmanager' | 'ssm',
  target: string,
  input: object,
  region: string | undefined,
): Promise<RawReply> {
  return sendRaw(aws.ecs, {
    service,
    region,
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body: JSON.stringify(input),
  });
}

function parsed(text: string) {
  try {
    return JSON.parse(text) as Parameters<typeof objectIn>[0];
  } catch {
    return undefined;
  }
}
