import type { IncomingHttpHeaders } from 'node:http';

/** The signer of a request, as it names itself: signatures aren't verified, since no secret is known here. */
export interface Signer {
  readonly accessKeyId: string;
  /** The region of the signature's scope; undefined when the request is not signed. */
  readonly region: string | undefined;
  readonly sessionToken: string | undefined;
}

/** Reads `Credential=KEY/DATE/REGION/SERVICE/aws4_request`; the signature itself is not kept. */
export function signerOf(headers: IncomingHttpHeaders): Signer {
  const credential = /Credential=([^/\s,]+)\/\d+\/([^/\s,]+)\//.exec(headers.authorization ?? '');
  const token = headers['x-amz-security-token'];
  return {
    accessKeyId: credential?.[1] ?? 'anonymous',
    region: credential?.[2],
    sessionToken: typeof token === 'string' ? token : undefined,
  };
}
