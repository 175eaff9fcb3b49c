import { randomBytes } from 'node:crypto';
import type { Account } from '../base/account.ts';
import type { Clock } from '../base/clock.ts';
import { expiredToken } from '../server/fault-effects.ts';
import { numberOf, textOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';
import type { Signer } from '../server/signature.ts';

export interface Sts {
  readonly operations: Operations;
  /** Refuses a signer whose session has ended or whose session token is not the one that was issued with the key. */
  refuse(signer: Signer): AwsError | undefined;
}

/** What a trust policy's `StringEquals` asks of the token, e.g. `{ sub: 'repo:org/web:environment:staging' }`. */
export type Trust = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Session {
  readonly token: string;
  /** Milliseconds of the clock. */
  readonly endsAt: number;
  readonly arn: string;
  readonly userId: string;
}

/**
 * Issues sessions for any role, unless a trust policy is given for it. Keys that were not issued here are taken for the
 * account's own user, because the local Fargate has no secrets to verify signatures with; tokens are not verified either.
 *
 * @param trust by the ARN of a role: what a web identity's token has to say for it
 */
export function createSts({
  account,
  clock,
  trust = {},
}: {
  readonly account: Account;
  readonly clock: Clock;
  readonly trust?: Trust;
}): Sts {
  const sessions = new Map<string, Session>();

  const assume = (input: Document): Document => {
    const roleArn = textOf(input, 'RoleArn') ?? '';
    const sessionName = textOf(input, 'RoleSessionName') ?? '';
    const role = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn);
    if (role === null) throw new AwsError('ValidationError', `${roleArn} is invalid`);
    const [, accountId = '', roleName = ''] = role;
    const seconds = numberOf(input, 'DurationSeconds') ?? 3600;
    // Documented: from 15 minutes to what the role allows, 12 hours at most.
    if (seconds < 900 || seconds > 43_200)
      throw new AwsError(
        'ValidationError',
        `The requested DurationSeconds ${seconds} is not in [900, 43200].`,
      );
    const roleId = `AROA${upperHex(8)}`;
    const session: Session = {
      token: randomBytes(48).toString('base64'),
      endsAt: clock.now() + seconds * 1000,
      arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
      userId: `${roleId}:${sessionName}`,
    };
    const accessKeyId = `ASIA${upperHex(8)}`;
    sessions.set(accessKeyId, session);
    return {
      Credentials: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: randomBytes(30).toString('base64'),
        SessionToken: session.token,
        Expiration: session.endsAt / 1000,
      },
      AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
    };
  };

  return {
    operations: {
      AssumeRole: assume,
      AssumeRoleWithWebIdentity: (input) => {
        const claims = claimsOf(textOf(input, 'WebIdentityToken') ?? '');
        const asked = trust[textOf(input, 'RoleArn') ?? ''];
        if (asked !== undefined && !Object.entries(asked).every(([name, value]) => claims[name] === value)) {
          throw new AwsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403);
        }
        return { ...assume(input), SubjectFromWebIdentityToken: textOf(claims, 'sub') ?? 'local' };
      },
      GetCallerIdentity: (_input, { accessKeyId }) => {
        const session = sessions.get(accessKeyId);
        return {
          UserId: session?.userId ?? 'AIDALOCALFARGATEUSER',
          Account: account.accountId,
          Arn: session?.arn ?? `arn:aws:iam::${account.accountId}:user/${accessKeyId}`,
        };
      },
    },
    refuse: ({ accessKeyId, sessionToken }) => {
      const session = sessions.get(accessKeyId);
      if (session === undefined) return undefined;
      if (session.token !== sessionToken)
        return new AwsError(
          'UnrecognizedClientException',
          'The security token included in the request is invalid.',
        );
      return session.endsAt <= clock.now() ? expiredToken() : undefined;
    },
  };
}

/** What a JWT says, as far as it can be read: a token of a test need not say anything. */
function claimsOf(token: string): Document {
  const parts = token.split('.');
  if (parts.length !== 3)
    throw new AwsError('InvalidIdentityTokenException', 'The ID Token provided is not a valid JWT.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? { ...claims } : {};
  } catch {
    return {};
  }
}

function upperHex(bytes: number): string {
  return randomBytes(bytes).toString('hex').toUpperCase();
}
