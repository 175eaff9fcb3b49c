import type { Aws } from '../clients.ts';
import { askRaw } from './ask.ts';
import { type RawReply, sendRaw } from './request.ts';

const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };

/** The head of an object's answer, whatever it says. It has no body that would tell why. */
export async function headObject(
  { ecs }: Aws,
  arn: string,
  region: string | undefined,
  abortSignal: AbortSignal,
): Promise<Pick<RawReply, 'status' | 'headers'>> {
  const request = { service: 's3', region, method: 'HEAD', path: pathOf(arn), headers: unsigned } as const;
  return sendRaw(ecs, request, abortSignal);
}

/**
 * Reads no more than a byte of an object, for the words of the refusal.
 * @throws Error as errors.ts sorts it
 */
export async function readFirstByte(
  aws: Aws,
  arn: string,
  region: string | undefined,
  abortSignal: AbortSignal,
): Promise<void> {
  const request = {
    service: 's3' as const,
    region,
    method: 'GET' as const,
    path: pathOf(arn),
    headers: { ...unsigned, range: 'bytes=0-0' },
  };
  await askRaw(aws, request, abortSignal);
}

/**
 * The path of an object's ARN, as S3 signs it: all but letters, digits and `-_.~` is encoded (documented), also what
 * encodeURIComponent leaves. Pure.
 */
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
