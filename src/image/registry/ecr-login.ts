import type { ECRClient } from '@aws-sdk/client-ecr';
import { type Calling, call } from '../../aws/call.ts';
import type { RegistryLogin } from './repository.ts';

/**
 * Reads a login to the registry of the caller's account in the client's region. It is valid for twelve hours, and for every
 * other registry of the region that the caller has access to (both documented).
 */
export async function readLogin(ecr: ECRClient, calling: Calling): Promise<RegistryLogin> {
  const { GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr');
  const reply = await call(calling, 'ecr:GetAuthorizationToken', (abortSignal) =>
    ecr.send(new GetAuthorizationTokenCommand({}), { abortSignal }),
  );
  const data = reply.authorizationData?.[0];
  const decoded = Buffer.from(data?.authorizationToken ?? '', 'base64').toString();
  const colon = decoded.indexOf(':');
  return {
    host: (data?.proxyEndpoint ?? '').replace(/^https?:\/\//, ''),
    username: decoded.slice(0, colon),
    password: decoded.slice(colon + 1),
  };
}
