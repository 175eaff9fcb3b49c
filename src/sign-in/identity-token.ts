import { type Calling, call } from '../aws/call.ts';
import { exchange, requestOf } from '../exchange/exchange.ts';
import { isJsonObject } from '../text/json.ts';

const limits = { connectMilliseconds: 5_000, totalMilliseconds: 10_000, mostBytes: 1024 * 1024 };

/** An answer of GitHub's token endpoint without a token. */
class TokenError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`it answers with status ${status}${status === 200 ? ' and no token' : ''}`);
    this.status = status;
  }
}

/**
 * Requests this job's OIDC token for an audience, and tries again after errors that can pass.
 *
 * @param environment contains the endpoint and the token for it, as the runner sets them
 * @throws Error without either of them in its message
 */
export async function readIdentityToken(
  environment: NodeJS.ProcessEnv,
  audience: string,
  calling: Calling,
): Promise<string> {
  // The runner's URL already has a query.
  const url = new URL(environment.ACTIONS_ID_TOKEN_REQUEST_URL ?? '');
  url.searchParams.set('audience', audience);
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? ''}`,
    'user-agent': 'fargate-deploy',
  };
  return call(calling, 'GitHub:GetIdentityToken', async (signal) => {
    const { status, body } = await exchange(requestOf(url, 'GET', headers), { ...limits, signal });
    const token = tokenIn(new TextDecoder().decode(body));
    if (status !== 200 || token === undefined) throw new TokenError(status);
    return token;
  });
}

function tokenIn(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return isJsonObject(answer) && typeof answer.value === 'string' ? answer.value : undefined;
  } catch {
    return undefined;
  }
}
