import type { ECRClient } from '@aws-sdk/client-ecr';
import { type Calling, call } from '../../aws/call.ts';
import { incompleteAnswer } from '../../aws/incomplete-answer.ts';
import type { Failure } from '../../process/failure.ts';
import type { RegistryLogin } from './repository.ts';

/**
 * Reads a login to the registry of the caller's account in the client's region. It is valid for twelve hours, and for every
 * other registry of the region that the caller has access to (both documented).
 *
 * @throws Failure aws-unreachable for an answer without a login
 */
export async function readLogin(ecr: ECRClient, calling: Calling): Promise<RegistryLogin> {
  const { GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr');
  const reply = await call(calling, 'ecr:GetAuthorizationToken', (abortSignal) =>
    ecr.send(new GetAuthorizationTokenCommand({}), { abortSignal }),
  );
  const { authorizationToken, proxyEndpoint } = reply.authorizationData?.[0] ?? {};
  if (authorizationToken === undefined || proxyEndpoint === undefined) throw noLogin();
  const [, username, password] =
    /^([^:]+):(.+)$/s.exec(Buffer.from(authorizationToken, 'base64').toString()) ?? [];
  if (username === undefined || password === undefined) throw noLogin();
  return { host: proxyEndpoint.replace(/^https?:\/\//, ''), username, password };
}

function noLogin(): Failure {
  return incompleteAnswer("ECR's answer to ecr:GetAuthorizationToken has no login to its registry.");
}
