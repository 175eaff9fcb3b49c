import { wordsOf } from '../aws/errors.ts';
import type { SignInInputs } from '../inputs/sign-in.ts';
import { Failure } from '../process/failure.ts';
import { isJsonObject, type JsonObject } from '../text/json.ts';

/** Says why AWS didn't let this job assume the role, and what to do. */
export function refusedBySts(
  error: unknown,
  inputs: Pick<SignInInputs, 'roleArn' | 'audience' | 'durationSeconds'>,
  token: string,
): Failure {
  const words = wordsOf(error);
  return new Failure({
    code: 'sign-in-failed',
    fault: 'yours',
    message: `AWS doesn't let this job assume the role ${inputs.roleArn}: ${words}`,
    advice: adviceOf(words, inputs, claimsOf(token)),
    cause: error,
  });
}

/**
 * Matches AWS's words, because STS has one name for several causes: InvalidIdentityToken and ValidationError. Anything
 * else gets the advice for the trust policy, the most frequent cause.
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
      `AWS couldn't read GitHub's keys for a minute. This usually passes, so run the job again. If it doesn't, AWS can't reach ${issuer}.`,
    ],
    [
      /No OpenIDConnect provider found/i,
      `Create the identity provider ${issuer} in IAM, once for the account ${account}; docs/sign-in.md shows how. If the role is in another account, correct role-to-assume.`,
    ],
    [
      /audience/i,
      `Add the audience ${audience} to the identity provider ${issuer} in IAM (account ${account}), or set the input audience to one that it has.`,
    ],
    [/thumbprint/i, `Renew the thumbprint of the identity provider ${issuer} in IAM (account ${account}).`],
    [
      /MaxSessionDuration|DurationSeconds/i,
      `Set role-duration-seconds (${durationSeconds}) to at most the role's maximum session duration, or raise that maximum in IAM. The action renews the session, so 3600 is enough for longer runs too.`,
    ],
    [
      /RegionDisabled/i,
      `STS isn't active in the region. Activate it in IAM (account ${account}, Account settings), or set the input region to another region.`,
    ],
    [
      /ExpiredToken|Token expired/i,
      "The OIDC token was too old when AWS received it. Check the runner's clock, and run the job again.",
    ],
    [/roleSessionName/i, 'Correct the input role-session-name.'],
    [/ARN is invalid|roleArn/i, 'Correct the input role-to-assume: it has to be the ARN of an IAM role.'],
  ] as const;
  const claims = [
    ...(typeof sub === 'string' ? [`sub is ${sub}`] : []),
    ...(typeof aud === 'string' ? [`aud is ${aud}`] : []),
  ];
  const trust = `The role's trust policy has to allow the claims of this job's OIDC token${claims.length === 0 ? '' : `: ${claims.join(', ')}`}. AWS also gives this answer if the account ${account} has no such role. docs/sign-in.md shows the policy and its identity provider.`;
  return known.find(([pattern]) => pattern.test(words))?.[1] ?? trust;
}

/** Reads the claims of a JWT for a message; they aren't verified. */
export function claimsOf(token: string): JsonObject {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return isJsonObject(claims) ? claims : {};
  } catch {
    return {};
  }
}
