import { type Calling, call } from '../aws/call.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';
import { asFailure } from '../aws/failure.ts';
import { patiently } from '../aws/passing-refusal.ts';
import type { Session } from '../aws/session.ts';
import type { SignInInputs } from '../inputs/sign-in.ts';
import { Failure } from '../process/failure.ts';
import { readIdentityToken } from './identity-token.ts';
import { refusedBySts } from './refusal.ts';

export interface AssumeRole {
  readonly inputs: SignInInputs;
  readonly region: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly calling: Calling;
  readonly date: () => Date;
  readonly mask: (secret: string) => void;
  /** The AWS client's: proxies and timeouts. */
  readonly requestHandler: object;
}

/**
 * Assumes the role with a fresh OIDC token, which is valid for a few minutes. A failure's advice quotes the token's
 * claims, because the role's trust policy has to allow them.
 *
 * @throws Failure sign-in-failed
 */
export async function assumeRole(options: AssumeRole): Promise<Session> {
  const { inputs, region, environment, calling, date, mask, requestHandler } = options;
  const token = await tokenOf(options);
  const { fromWebToken } = await import('@aws-sdk/credential-provider-web-identity');
  const provide = fromWebToken({
    roleArn: inputs.roleArn,
    roleSessionName: inputs.sessionName ?? sessionNameOf(environment),
    durationSeconds: inputs.durationSeconds,
    webIdentityToken: token,
    clientConfig: { ...(region === undefined ? {} : { region }), maxAttempts: 1, requestHandler },
  });
  const what = 'sts:AssumeRoleWithWebIdentity';
  const credentials = await patiently(calling, what, () => call(calling, what, () => provide())).catch(
    (error: unknown) => {
      throw isAnswer(error) ? refusedBySts(error, inputs, token) : asFailure(error);
    },
  );
  const { accessKeyId, secretAccessKey, sessionToken = '', expiration } = credentials;
  mask(secretAccessKey);
  mask(sessionToken);
  const endsAt = expiration ?? new Date(date().getTime() + inputs.durationSeconds * 1000);
  return { accessKeyId, secretAccessKey, sessionToken, endsAt };
}

/** Nothing was refused if AWS didn't answer at all. */
function isAnswer(error: unknown): boolean {
  return !['lost', 'unsent', 'throttled', 'local'].includes(kindOf(error));
}

async function tokenOf({ environment, inputs, calling, mask }: AssumeRole): Promise<string> {
  if (!environment.ACTIONS_ID_TOKEN_REQUEST_URL || !environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN) {
    throw new Failure({
      code: 'sign-in-failed',
      fault: 'yours',
      message: 'GitHub gives this job no OIDC token, which role-to-assume needs.',
      advice:
        'Add `permissions: id-token: write` to the job (and `contents: read` for the checkout). A pull request from a fork never gets a token.',
    });
  }
  const token = await readIdentityToken(environment, inputs.audience, calling).catch((error: unknown) => {
    throw new Failure({
      code: 'sign-in-failed',
      fault: 'aws',
      message: `GitHub's token endpoint returned no OIDC token: ${wordsOf(error)}`,
      advice:
        'The cause is at GitHub, or in the network or proxy in between (HTTPS_PROXY, NO_PROXY). Run the job again.',
      cause: error,
    });
  });
  mask(token);
  return token;
}

/** Shown in CloudTrail: 2 to 64 letters, digits and `=,.@_-` (documented). */
export function sessionNameOf({
  GITHUB_RUN_ID: run,
  GITHUB_REPOSITORY: repository,
}: NodeJS.ProcessEnv): string {
  const name = repository?.split('/')[1]?.replaceAll(/[^\w=,.@-]/g, '-') ?? '';
  return ['fargate-deploy', run, name]
    .filter((part) => part)
    .join('-')
    .slice(0, 64);
}
