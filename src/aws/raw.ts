import type { ECSClient } from '@aws-sdk/client-ecs';
import { SignatureV4 } from '@smithy/signature-v4';
import { bytesOf } from './document.ts';

/** A request to a service of which a run asks one or two things: its own client would be a tenth of the bundle. */
export interface RawRequest {
  readonly service: RawService;
  /** Undefined: the client's. */
  readonly region?: string | undefined;
  readonly method: 'POST' | 'HEAD';
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type RawService = 'iam' | 'secretsmanager' | 'ssm' | 's3' | 'sts';

export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends a request with the credentials, the proxy and the time limits of the client of ECS, signed for its own service.
 * Endpoints are those of the region's partition, or what AWS_ENDPOINT_URL (or that of the service) says.
 */
export async function sendRaw(
  ecs: ECSClient,
  environment: NodeJS.ProcessEnv,
  { service, region: own, method, path = '/', headers = {}, body }: RawRequest,
): Promise<RawReply> {
  const clientRegion = await ecs.config.region();
  const region = own ?? clientRegion;
  const { url, signingRegion } = endpointOf(ecs, environment, service, region);
  const request = {
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    method,
    path,
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
  const signed = await signer.sign(request);
  const { response } = await ecs.config.requestHandler.handle({ ...request, ...signed } as Parameters<
    typeof ecs.config.requestHandler.handle
  >[0]);
  const text = response.body === undefined ? '' : new TextDecoder().decode(await bytesOf(response.body));
  return { status: response.statusCode, headers: response.headers, body: text };
}

export function endpointOf(
  ecs: ECSClient,
  environment: NodeJS.ProcessEnv,
  service: RawService,
  region: string,
): { readonly url: URL; readonly signingRegion: string } {
  const names = { iam: 'IAM', secretsmanager: 'SECRETS_MANAGER', ssm: 'SSM', s3: 'S3', sts: 'STS' } as const;
  const configured = environment[`AWS_ENDPOINT_URL_${names[service]}`] ?? environment.AWS_ENDPOINT_URL;
  // Every partition has a suffix of its own; the client of ECS knows it.
  const suffix =
    ecs.config.endpointProvider({ Region: region }).url.hostname.split(`ecs.${region}.`)[1] ??
    'amazonaws.com';
  // IAM has one endpoint for a partition (documented).
  const global = region.startsWith('cn-')
    ? { host: `iam.cn-north-1.${suffix}`, signingRegion: 'cn-north-1' }
    : region.startsWith('us-gov-')
      ? { host: `iam.us-gov.${suffix}`, signingRegion: 'us-gov-west-1' }
      : { host: `iam.${suffix}`, signingRegion: 'us-east-1' };
  const host = service === 'iam' ? global.host : `${service}.${region}.${suffix}`;
  return {
    url: new URL(configured || `https://${host}`),
    signingRegion: service === 'iam' ? global.signingRegion : region,
  };
}
