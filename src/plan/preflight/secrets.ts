import { kindOf, wordsOf } from '../../aws/errors.ts';
import { isJsonObject, type Json, listIn, objectIn, textIn, wordIn } from '../../text/json.ts';
import { type Asking, answerTo, askService, json } from './ask.ts';
import { type Answer, ok } from './check.ts';

/**
 * Whether ECS can read what a reference names in Secrets Manager. A secret's value is read only when a key of its JSON is
 * asked for.
 *
 * @param valueFrom an ARN with what may follow it, or (of registry credentials) a name
 */
export async function checkSecret(asking: Asking, valueFrom: string): Promise<Answer> {
  const reference = readReference(valueFrom);
  if (reference.jsonKey === '') return describe(asking, reference);
  try {
    return judgeValue(await readValue(asking, reference), reference.jsonKey);
  } catch (error) {
    // Why it has no such value, or whether it is there at all, is told by its description.
    const described = await describe(asking, reference).catch((other: unknown) =>
      kindOf(other) === 'not-found' ? answerTo(other, '') : undefined,
    );
    if (described !== undefined && described.state !== 'ok') return described;
    return kindOf(error) === 'not-found' && described !== undefined
      ? { state: 'wrong', detail: wordsOf(error) }
      : answerTo(error, readAction);
  }
}

const readAction = 'secretsmanager:GetSecretValue';

async function describe(asking: Asking, reference: SecretReference): Promise<Answer> {
  const described = await ask(asking, 'DescribeSecret', reference, {});
  const answer = judgeSecret(described, reference);
  return answer === 'unlisted' ? findUnlisted(asking, reference) : answer;
}

function readValue(asking: Asking, reference: SecretReference): Promise<Json | undefined> {
  const { versionStage, versionId } = reference;
  return ask(asking, 'GetSecretValue', reference, {
    ...(versionStage === '' ? {} : { VersionStage: versionStage }),
    ...(versionId === '' ? {} : { VersionId: versionId }),
  });
}

async function findUnlisted(asking: Asking, reference: SecretReference): Promise<Answer> {
  let next: string | undefined;
  do {
    const page = await ask(asking, 'ListSecretVersionIds', reference, {
      IncludeDeprecated: true,
      ...(next === undefined ? {} : { NextToken: next }),
    });
    const answer = judgeUnlisted(page, reference);
    if (answer !== undefined) return answer;
    next = textIn(objectIn(page).NextToken) || undefined;
  } while (next !== undefined && asking.signal?.aborted !== true);
  return { state: 'wrong', detail: `It has no version ${reference.versionId}.` };
}

async function ask(
  asking: Asking,
  operation: string,
  { id }: SecretReference,
  input: object,
): Promise<Json | undefined> {
  const region = id.startsWith('arn:') ? id.split(':')[3] : undefined;
  const request = json('secretsmanager', `secretsmanager.${operation}`, { SecretId: id, ...input }, region);
  const { body } = await askService(asking, `secretsmanager:${operation}`, request);
  return parseJson(body);
}

/** What a `valueFrom` names in Secrets Manager; an empty text stands for what it does not name. */
export interface SecretReference {
  /** ARN; of registry credentials it may be a name. */
  readonly id: string;
  readonly jsonKey: string;
  readonly versionStage: string;
  readonly versionId: string;
}

/** `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME[:json-key:version-stage:version-id]` (documented). */
export function readReference(valueFrom: string): SecretReference {
  const parts = valueFrom.split(':');
  const [jsonKey = '', versionStage = '', versionId = ''] = parts.slice(7);
  return { id: parts.slice(0, 7).join(':'), jsonKey, versionStage, versionId };
}

/**
 * Whether ECS can read the version that a reference names, by what DescribeSecret answers. `unlisted`: it names a version
 * that has no stage; such a version is not listed there, also while it still exists (documented). Pure.
 */
export function judgeSecret(
  described: Json | undefined,
  { versionStage, versionId }: SecretReference,
): Answer | 'unlisted' {
  const { DeletedDate: deleted, VersionIdsToStages: versions } = objectIn(described);
  if (deleted !== undefined && deleted !== null)
    return { state: 'wrong', detail: 'It is scheduled for deletion.' };
  const stages = objectIn(versions);
  if (versionId === '') {
    const stage = versionStage || 'AWSCURRENT';
    if (Object.values(stages).some((of) => listIn(of).includes(stage))) return ok;
    return versionStage === ''
      ? { state: 'wrong', detail: 'It has no value yet.' }
      : { state: 'wrong', detail: `It has no version with the stage ${stage}.` };
  }
  if (!Object.hasOwn(stages, versionId)) return 'unlisted';
  return versionStage === '' || listIn(stages[versionId]).includes(versionStage)
    ? ok
    : { state: 'wrong', detail: `Its version ${versionId} has not the stage ${versionStage}.` };
}

/** Of a version without a stage, by a page of ListSecretVersionIds; undefined: it is not on this page. Pure. */
export function judgeUnlisted(
  page: Json | undefined,
  { versionStage, versionId }: SecretReference,
): Answer | undefined {
  const found = listIn(objectIn(page).Versions)
    .map(objectIn)
    .find((version) => version.VersionId === versionId);
  if (found === undefined) return undefined;
  return versionStage === '' || listIn(found.VersionStages).includes(versionStage)
    ? ok
    : { state: 'wrong', detail: `Its version ${versionId} has not the stage ${versionStage}.` };
}

/** Whether the value of a secret has a key; only the names of its keys are looked at. Pure. */
export function judgeValue(value: Json | undefined, jsonKey: string): Answer {
  const content = parseJson(wordIn(objectIn(value).SecretString));
  if (!isJsonObject(content))
    return { state: 'wrong', detail: `It holds no JSON object, so it has no key ${jsonKey}.` };
  return Object.hasOwn(content, jsonKey) ? ok : { state: 'wrong', detail: `Its JSON has no key ${jsonKey}.` };
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
