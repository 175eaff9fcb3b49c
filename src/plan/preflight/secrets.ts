import type {
  DescribeSecretResponse,
  GetSecretValueResponse,
  ListSecretVersionIdsResponse,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { kindOf, wordsOf } from '../../aws/errors.ts';
import { isJsonObject, type Json } from '../../text/json.ts';
import { answerFromError, askWithRetries, type CheckContext, rejectForeignAnswers } from './ask.ts';
import { type Answer, ok } from './check.ts';

/**
 * Whether ECS can read what a reference names in Secrets Manager. A secret's value is read only when a key of its JSON is
 * asked for.
 *
 * @param valueFrom an ARN with what may follow it, or (of registry credentials) a name
 */
export async function checkSecret(context: CheckContext, valueFrom: string): Promise<Answer> {
  const reference = parseSecretReference(valueFrom);
  const { id } = reference;
  const secrets = await context.aws.secrets(id.startsWith('arn:') ? id.split(':')[3] : undefined);
  rejectForeignAnswers(secrets.middlewareStack);
  const open = { context, secrets };
  if (reference.jsonKey === '') return describe(open, reference);
  try {
    return judgeValue(await readValue(open, reference), reference.jsonKey);
  } catch (error) {
    // Why it has no such value, or whether it is there at all, is told by its description.
    const described = await describe(open, reference).catch((other: unknown) =>
      kindOf(other) === 'not-found' ? answerFromError(other, '') : undefined,
    );
    if (described !== undefined && described.state !== 'ok') return described;
    return kindOf(error) === 'not-found' && described !== undefined
      ? { state: 'wrong', detail: wordsOf(error) }
      : answerFromError(error, readAction);
  }
}

/** A question with the client that it is asked by. */
interface Open {
  readonly context: CheckContext;
  readonly secrets: SecretsManagerClient;
}

const readAction = 'secretsmanager:GetSecretValue';

async function describe({ context, secrets }: Open, reference: SecretReference): Promise<Answer> {
  const { DescribeSecretCommand } = await import('@aws-sdk/client-secrets-manager');
  const described = await askWithRetries(context, 'secretsmanager:DescribeSecret', (abortSignal) =>
    secrets.send(new DescribeSecretCommand({ SecretId: reference.id }), { abortSignal }),
  );
  const answer = judgeSecret(described, reference);
  return answer === 'unlisted' ? findUnlisted({ context, secrets }, reference) : answer;
}

async function readValue({ context, secrets }: Open, reference: SecretReference): Promise<SecretValue> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const { id, versionStage, versionId } = reference;
  return askWithRetries(context, readAction, (abortSignal) =>
    secrets.send(
      new GetSecretValueCommand({
        SecretId: id,
        ...(versionStage === '' ? {} : { VersionStage: versionStage }),
        ...(versionId === '' ? {} : { VersionId: versionId }),
      }),
      { abortSignal },
    ),
  );
}

async function findUnlisted({ context, secrets }: Open, reference: SecretReference): Promise<Answer> {
  const { ListSecretVersionIdsCommand } = await import('@aws-sdk/client-secrets-manager');
  let next: string | undefined;
  do {
    const request = {
      SecretId: reference.id,
      IncludeDeprecated: true,
      ...(next === undefined ? {} : { NextToken: next }),
    };
    const page = await askWithRetries(context, 'secretsmanager:ListSecretVersionIds', (abortSignal) =>
      secrets.send(new ListSecretVersionIdsCommand(request), { abortSignal }),
    );
    const answer = judgeUnlisted(page, reference);
    if (answer !== undefined) return answer;
    next = page.NextToken || undefined;
  } while (next !== undefined && context.signal?.aborted !== true);
  return { state: 'wrong', detail: `It has no version ${reference.versionId}.` };
}

/** A `valueFrom` of Secrets Manager, in parts; a part that it leaves out is an empty text. */
interface SecretReference {
  /** ARN; of registry credentials it may be a name. */
  readonly id: string;
  readonly jsonKey: string;
  readonly versionStage: string;
  readonly versionId: string;
}

/** `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME[:json-key:version-stage:version-id]` (documented). */
export function parseSecretReference(valueFrom: string): SecretReference {
  const parts = valueFrom.split(':');
  const [jsonKey = '', versionStage = '', versionId = ''] = parts.slice(7);
  return { id: parts.slice(0, 7).join(':'), jsonKey, versionStage, versionId };
}

/**
 * Whether ECS can read the version that a reference names, by what DescribeSecret answers. `unlisted`: it names a version
 * that has no stage; such a version is not listed there, also while it still exists (documented). Pure.
 */
export function judgeSecret(
  { DeletedDate: deleted, VersionIdsToStages: stages = {} }: DescribeSecretResponse,
  { versionStage, versionId }: SecretReference,
): Answer | 'unlisted' {
  if (deleted !== undefined) return { state: 'wrong', detail: 'It is scheduled for deletion.' };
  if (versionId === '') {
    const stage = versionStage || 'AWSCURRENT';
    if (Object.values(stages).some((of) => of.includes(stage))) return ok;
    return versionStage === ''
      ? { state: 'wrong', detail: 'It has no value yet.' }
      : { state: 'wrong', detail: `It has no version with the stage ${stage}.` };
  }
  if (!Object.hasOwn(stages, versionId)) return 'unlisted';
  return versionStage === '' || stages[versionId]?.includes(versionStage)
    ? ok
    : { state: 'wrong', detail: `Its version ${versionId} has not the stage ${versionStage}.` };
}

/** Judges a version without a stage by a page of ListSecretVersionIds; undefined: it is not on this page. Pure. */
export function judgeUnlisted(
  { Versions: versions = [] }: Pick<ListSecretVersionIdsResponse, 'Versions'>,
  { versionStage, versionId }: SecretReference,
): Answer | undefined {
  const found = versions.find((version) => version.VersionId === versionId);
  if (found === undefined) return undefined;
  return versionStage === '' || found.VersionStages?.includes(versionStage)
    ? ok
    : { state: 'wrong', detail: `Its version ${versionId} has not the stage ${versionStage}.` };
}

type SecretValue = Pick<GetSecretValueResponse, 'SecretString'>;

/** Whether the value of a secret has a key; only the names of its keys are looked at. Pure. */
export function judgeValue({ SecretString: text = '' }: SecretValue, jsonKey: string): Answer {
  const content = parseJson(text);
  if (!isJsonObject(content))
    return { state: 'wrong', detail: `It holds no JSON object, so it has no key ${jsonKey}.` };
  return Object.hasOwn(content, jsonKey) ? ok : { state: 'wrong', detail: `Its JSON has no key ${jsonKey}.` };
}

/** Undefined for what is no JSON. */
function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
