import { wordsOf } from '../aws/errors.ts';
import type { SignInInputs } from '../inputs/sign-in.ts';
import { Failure } from '../process/failure.ts';
import { isJsonObject, type JsonObject } from '../text/json.ts';

/** Why AWS did not let this job take the role, with what helps against just that. */
export function refusedBySts(
  error: unknown,
  inputs: Pick<SignInInputs, 'roleArn' | 'audience' | 'durationSeconds'>,
  token: string,
): Failure {
  const words = wordsOf(error);
  return new Failure({
    code: 'sign-in-failed',
    fault: 'yours',
    message: `AWS does not let this job take the role ${inputs.roleArn}: ${words}`,
    advice: adviceOf(words, inputs, claimsOf(token)),
    cause: error,
  });
}

/**
 * By AWS's words, since STS has one name for several causes: InvalidIdentityToken and ValidationError. What is not known
 * here gets the advice for a trust policy, the most frequent cause.
 */
function adviceOf(
  words: string,
  { roleArn, audience, durationSeconds }: Parameters<typeof refusedBySts>[1],
  { iss, sub, aud }: JsonObject,
): string {
  const account = roleArn.split(':')[4] ?? '';
  const issuer = typeof iss === 'string' ? iss : 'https://token.actions.githubusercontent.com';
  const known = [
    [
      /retrieve verification key|IDPCommunicationError/i,
      `AWS could not read GitHub's keys for a minute. That passes by itself: run the job again. If it stays, ${issuer} is not reachable for AWS.`,
    ],
    [
      /No OpenIDConnect provider found/i,
      `Create the identity provider ${issuer} in IAM of the account ${account}, once; docs/sign-in.md shows it. If the role belongs to another account, correct role-to-assume.`,
    ],
    [
      /audience/i,
      `Add the audience ${audience} to the identity provider ${issuer} in IAM of the account ${account}, or set the input audience to one that it has.`,
    ],
    [
      /thumbprint/i,
      `Renew the thumbprint of the identity provider ${issuer} in IAM of the account ${account}.`,
    ],
    [
      /MaxSessionDuration|DurationSeconds/i,
      `Set role-duration-seconds (${durationSeconds}) to at most the role's maximum session duration, or raise that in IAM. The action renews the session, so 3600 does for longer runs too.`,
    ],
    [
      /RegionDisabled/i,
      `STS is not activated for the region. Activate it in IAM of the account ${account} (Account settings), or set the input region to another one.`,
    ],
    [
      /ExpiredToken|Token expired/i,
      'The identity token was too old when AWS saw it. Check the clock of the runner, and run the job again.',
    ],
    [/roleSessionName/i, 'Correct the input role-session-name.'],
    [/ARN is invalid|roleArn/i, 'Correct the input role-to-assume: it is the ARN of a role of IAM.'],
  ] as const;
  const claims = [
    ...(typeof sub === 'string' ? [`sub is ${sub}`] : []),
    ...(typeof aud === 'string' ? [`aud is ${aud}`] : []),
  ];
  const trust = `The role's trust policy has to allow what GitHub's token says of this job${claims.length === 0 ? '' : `: ${claims.join(', ')}`}. AWS says the same when the account ${account} has no such role. docs/sign-in.md shows the policy and its identity provider.`;
  return known.find(([pattern]) => pattern.test(words))?.[1] ?? trust;
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
