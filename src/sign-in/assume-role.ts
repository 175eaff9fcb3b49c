import { fromWebToken } from '@aws-sdk/credential-provider-web-identity';
import { type Calling, call } from '../aws/call.ts';
import { wordsOf } from '../aws/errors.ts';
import { isJsonObject, type JsonObject } from '../aws/json.ts';
import { Failure } from '../failure.ts';
import type { SignInInputs } from '../inputs/sign-in.ts';
import type { Session } from './session.ts';

export interface AssumeRole {
  readonly inputs: SignInInputs;
  readonly region: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly calling: Calling;
  /** GitHub's token for an audience; masks it. */
  readonly readToken: (audience: string) => Promise<string>;
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
  const { inputs, region, environment, calling, mask, requestHandler } = options;
  const token = await tokenOf(options);
  const provide = fromWebToken({
    roleArn: inputs.roleArn,
    roleSessionName: inputs.sessionName ?? sessionNameOf(environment),
    durationSeconds: inputs.durationSeconds,
    webIdentityToken: token,
    clientConfig: { ...(region === undefined ? {} : { region }), maxAttempts: 1, requestHandler },
  });
  const credentials = await call(calling, 'sts:AssumeRoleWithWebIdentity', () => provide()).catch(
    (error: unknown) => {
      throw refusedBySts(error, inputs.roleArn, token);
    },
  );
  const { accessKeyId, secretAccessKey, sessionToken = '', expiration } = credentials;
  mask(secretAccessKey);
  mask(sessionToken);
  const endsAt = expiration ?? new Date(calling.clock.now() + inputs.durationSeconds * 1000);
  return { accessKeyId, secretAccessKey, sessionToken, endsAt };
}

async function tokenOf({ environment, inputs, readToken }: AssumeRole): Promise<string> {
  if (!environment.ACTIONS_ID_TOKEN_REQUEST_URL || !environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN) {
    throw new Failure({
      code: 'sign-in-failed',
      fault: 'yours',
      message: 'GitHub gives this job no identity token, which role-to-assume needs.',
      advice:
        'Give the job `permissions: id-token: write` (and `contents: read` for the checkout). A pull request from a fork never gets one.',
    });
  }
  return readToken(inputs.audience).catch((error: unknown) => {
    throw new Failure({
      code: 'sign-in-failed',
      fault: 'aws',
      message: `GitHub's token endpoint gives no identity token: ${error instanceof Error ? error.message : String(error)}`,
      advice: 'That is on the side of GitHub or of the network between; run the job again.',
      cause: error,
    });
  });
}

function refusedBySts(error: unknown, roleArn: string, token: string): Failure {
  const { sub, aud } = claimsOf(token);
  const claims = [
    ...(typeof sub === 'string' ? [`sub is ${sub}`] : []),
    ...(typeof aud === 'string' ? [`aud is ${aud}`] : []),
  ];
  return new Failure({
    code: 'sign-in-failed',
    fault: 'yours',
    message: `AWS does not let this job take the role ${roleArn}: ${wordsOf(error)}`,
    advice: `The role's trust policy has to allow what GitHub's token says of this job${claims.length === 0 ? '' : `: ${claims.join(', ')}`}. docs/sign-in.md shows the policy and its identity provider.`,
    cause: error,
  });
}

/** What a JWT says; not verified, for a message alone. */
export function claimsOf(token: string): JsonObject {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return isJsonObject(claims) ? claims : {};
  } catch {
    return {};
  }
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
