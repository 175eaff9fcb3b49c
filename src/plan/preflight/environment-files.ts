import { isOfAws } from '../../aws/raw/error.ts';
import type { RawReply } from '../../aws/raw/request.ts';
import { headObject, readFirstByte } from '../../aws/raw/s3.ts';
import { answerFromError, askWithRetries, type CheckContext } from './ask.ts';
import { type Answer, ok } from './check.ts';

/** Whether a file of variables is in S3. The bucket's region is found by S3's own answer. */
export async function checkEnvironmentFile(context: CheckContext, arn: string): Promise<Answer> {
  const { ecs } = context.aws;
  const ask = async (over: AbortSignal, region?: string): Promise<Answer> => {
    const head = await headObject(context.aws, arn, region, over);
    const verdict = judgeHead(head, region ?? (await ecs.config.region()));
    if (verdict.kind === 'elsewhere' && region === undefined) return ask(over, verdict.region);
    if (verdict.kind === 'told') return verdict.answer;
    // Its refusal has the words that an answer to HEAD has not.
    await readFirstByte(context.aws, arn, region, over);
    return ok;
  };
  try {
    return await askWithRetries(context, 's3:GetObject', (over) => ask(over));
  } catch (error) {
    const answer = answerFromError(error, 's3:GetObject');
    return answer.state === 'unknown' && /is not permitted/.test(answer.detail ?? '')
      ? { ...answer, detail: `${answer.detail} Without s3:ListBucket, AWS says so of a missing file too.` }
      : answer;
  }
}

/**
 * Reads an answer to HEAD. `refused`: it does not say why. An answer that does not name the request is not S3's. Pure.
 *
 * @param asked the region that was asked
 */
export function judgeHead(
  { status, headers }: Pick<RawReply, 'status' | 'headers'>,
  asked: string,
):
  | { readonly kind: 'told'; readonly answer: Answer }
  | { readonly kind: 'elsewhere'; readonly region: string }
  | { readonly kind: 'refused' } {
  const region = headers['x-amz-bucket-region'];
  // A bucket of another region answers 301, 307 or 400, and says which (seen by users).
  if (region !== undefined && region !== asked && [301, 307, 400].includes(status))
    return { kind: 'elsewhere', region };
  if ((status === 200 || status === 404) && !isOfAws(headers))
    return {
      kind: 'told',
      answer: { state: 'unknown', detail: `the answer is not AWS's (HTTP status ${status})` },
    };
  if (status === 200) return { kind: 'told', answer: ok };
  return status === 404 ? { kind: 'told', answer: { state: 'missing' } } : { kind: 'refused' };
}
