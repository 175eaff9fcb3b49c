import { sendRaw } from '../aws/raw.ts';
import { type Answer, type Asking, ok, refused } from './check.ts';

/** Whether a file of variables is in S3. The bucket's region is found by S3's own answer. */
export async function checkEnvironmentFile({ aws }: Asking, arn: string): Promise<Answer> {
  const path = pathOf(arn);
  const head = (region?: string) =>
    sendRaw(aws.ecs, {
      service: 's3',
      region,
      method: 'HEAD',
      path,
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    });
  const first = await head();
  const elsewhere = first.headers['x-amz-bucket-region'];
  // A bucket of another region answers 301, 307 or 400, and says which (seen by users).
  const isElsewhere = elsewhere !== undefined && [301, 307, 400].includes(first.status);
  const { status } = isElsewhere ? await head(elsewhere) : first;
  if (status === 200) return ok;
  // Without s3:ListBucket a file that is not there is a 403 too (documented).
  return status === 404 ? { state: 'missing' } : refused(status, '', 's3:GetObject');
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
