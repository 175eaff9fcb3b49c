import type { ECSClient } from '@aws-sdk/client-ecs';
import { SignatureV4 } from '@smithy/signature-v4';
import { bytesOf, optionsOf } from '../document.ts';
import { findEndpoint, type RawService } from './endpoint.ts';

/** A request to a service of which a run asks one or two things, and whose client brings hundreds of operations. */
export interface RawRequest {
  readonly service: RawService;
  /** Undefined: the client's. */
  readonly region?: string | undefined;
  readonly method: 'POST' | 'HEAD' | 'GET';
  /** Begins with a slash, which is what stands when it is left out. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends a request with the credentials, the proxy and the time limits of the client of ECS, signed for its own service.
 */
export async function sendRaw(
  ecs: ECSClient,
  { service, region: own, method, path = '/', headers = {}, body }: RawRequest,
  abortSignal?: AbortSignal,
): Promise<RawReply> {
  const region = own ?? (await ecs.config.region());
  const { url, signingRegion } = await findEndpoint(ecs, service, region);
  const request = {
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    method,
    path: pathUnder(url, path),
    query: {},
    headers: { ...headers, host: url.host },
    ...(body === undefined ? {} : { body }),
    username: '',
    password: '',
    fragment: '',
  };
  const signer = new SignatureV4({
    service,
    region: signingRegion,
    credentials: ecs.config.credentials,
    sha256: ecs.config.sha256,
    // S3 signs the path as it is sent (documented); the others encode it once more.
    uriEscapePath: service !== 's3',
  });
  // By AWS's time, as far as the client of ECS has learned it from answers.
  const signed = await signer.sign(request, {
    signingDate: new Date(Date.now() + ecs.config.systemClockOffset),
  });
  const { response } = await ecs.config.requestHandler.handle(
    { ...request, ...signed } as Parameters<typeof ecs.config.requestHandler.handle>[0],
    optionsOf(abortSignal),
  );
  const text = response.body === undefined ? '' : new TextDecoder().decode(await bytesOf(response.body));
  return { status: response.statusCode, headers: response.headers, body: text };
}

/** A configured endpoint may have a path of its own, which the SDK keeps; its query the SDK leaves out. */
function pathUnder({ pathname }: URL, path: string): string {
  return `${pathname.replace(/\/$/, '')}${path}`;
}
