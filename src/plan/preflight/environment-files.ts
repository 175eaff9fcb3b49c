import { askRaw } from '../../aws/ask-raw.ts';
import { type RawReply, type RawRequest, sendRaw } from '../../aws/raw.ts';
import { isOfAws } from '../../aws/raw-error.ts';
import { type Asking, answerTo, askAgain } from './ask.ts';
import { type Answer, ok } from './check.ts';

/** Whether a file of variables is in S3. The bucket's region is found by S3's own answer. */
export async function checkEnvironmentFile(asking: Asking, arn: string): Promise<Answer> {
  const { ecs } = asking.aws;
  const ask = async (over: AbortSignal, region?: string): Promise<Answer> => {
    const request = (method: 'HEAD' | 'GET', more: RawRequest['headers'] = {}): RawRequest => ({
      service: 's3',
      region,
      method,
      path: pathOf(arn),
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...more },
    });
    const verdict = judgeHead(
      await sendRaw(ecs, request('HEAD'), over),
      region ?? (await ecs.config.region()),
    );
    if (verdict.kind === 'elsewhere' && region === undefined) return ask(over, verdict.region);
    if (verdict.kind === 'told') return verdict.answer;
    // An answer to HEAD has no body that would tell why; that to GET has, and no more than a byte of the file.
    await askRaw(asking.aws, request('GET', { range: 'bytes=0-0' }), over);
    return ok;
  };
  try {
    return await askAgain(asking, 's3:GetObject', (over) => ask(over));
  } catch (error) {
    const answer = answerTo(error, 's3:GetObject');
    return answer.state === 'unknown' && /is not permitted/.test(answer.detail ?? '')
      ? { ...answer, detail: `${answer.detail} Without s3:ListBucket, AWS says so of a missing file too.` }
      : answer;
  }
}

/**
 * What an answer to HEAD says. `refused`: not why. Answers without the name of the request are not S3's. Pure.
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

/** As S3 signs it: all but letters, digits and `-_.~` is encoded (documented), also what encodeURIComponent leaves. */
export function pathOf(arn: string): string {
  const parts = arn.split(':::')[1]?.split('/') ?? [];
  const encoded = parts.map((part) =>
    encodeURIComponent(part).replaceAll(
      /[!'()*]/g,
      (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  );
  return `/${encoded.join('/')}`;
}
