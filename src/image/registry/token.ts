import type { ECRClient } from '@aws-sdk/client-ecr';
import { type Calling, call } from '../../aws/call.ts';

/** A login for docker; the password is a secret and must be masked before anything else is done with it. */
export interface RegistryToken {
  /** Host, with port if there is one. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/** Valid for twelve hours (documented). */
export async function readToken(ecr: ECRClient, calling: Calling): Promise<RegistryToken> {
  const { GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr');
  const reply = await call(calling, 'ecr:GetAuthorizationToken', (abortSignal) =>
    ecr.send(new GetAuthorizationTokenCommand({}), { abortSignal }),
  );
  const data = reply.authorizationData?.[0];
  const decoded = Buffer.from(data?.authorizationToken ?? '', 'base64').toString();
  const colon = decoded.indexOf(':');
  return {
    registry: (data?.proxyEndpoint ?? '').replace(/^https?:\/\//, ''),
    username: decoded.slice(0, colon),
    password: decoded.slice(colon + 1),
  };
}
