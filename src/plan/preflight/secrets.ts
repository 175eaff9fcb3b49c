import { kindOf, wordsOf } from '../../aws/errors.ts';
import { type Json, objectIn, textIn } from '../../text/json.ts';
import { type Asking, answerTo, askService, json } from './ask.ts';
import type { Answer } from './check.ts';
import {
  judgeSecret,
  judgeUnlisted,
  judgeValue,
  parseJson,
  readReference,
  type SecretReference,
} from './secret-verdict.ts';

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
