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
  /** Of the client that asks AWS: proxies and timeouts. */
  readonly requestHandler: object;
}

/**
 * Takes the role with a fresh token of GitHub, which is good for one sign-in of a few minutes. What the token says of
 * this job stands in a failure's message, because the role's trust policy has to allow just that.
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

/** Where AWS did not answer at all, nothing was refused. */
function isAnswer(error: unknown): boolean {
  return !['lost', 'unsent', 'throttled', 'local'].includes(kindOf(error));
}

async function tokenOf({ environment, inputs, calling, mask }: AssumeRole): Promise<string> {
  if (!environment.ACTIONS_ID_TOKEN_REQUEST_URL || !environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN) {
    throw new Failure({
      code: 'sign-in-failed',
      fault: 'yours',
      message: 'GitHub gives this job no identity token, which role-to-assume needs.',
      advice:
        'Give the job `permissions: id-token: write` (and `contents: read` for the checkout). A pull request from a fork never gets one.',
    });
  }
  const token = await readIdentityToken(environment, inputs.audience, calling).catch((error: unknown) => {
    throw new Failure({
      code: 'sign-in-failed',
      fault: 'aws',
      message: `GitHub's token endpoint gives no identity token: ${wordsOf(error)}`,
      advice:
        'That is on the side of GitHub, or of the network and the proxy (HTTPS_PROXY, NO_PROXY) between; run the job again.',
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
