import { randomBytes } from 'node:crypto';
import type { Account } from '../account.ts';
import type { Clock } from '../clock.ts';
import { expiredToken } from '../server/fault-effects.ts';
import { numberOf, textOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';
import type { Signer } from '../server/signature.ts';

export interface Sts {
  readonly operations: Operations;
  /** Refuses a signer whose session has ended or whose session token is not the one that was issued with the key. */
  refuse(signer: Signer): AwsError | undefined;
}

interface Session {
  readonly token: string;
  /** Milliseconds of the clock. */
  readonly endsAt: number;
  readonly arn: string;
  readonly userId: string;
}

/**
 * Issues sessions for any role: who may assume what is not played. Keys that were not issued here are taken for the
 * account's own user, because the local Fargate has no secrets to verify signatures with.
 */
export function createSts({ account, clock }: { account: Account; clock: Clock }): Sts {
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
        const token = textOf(input, 'WebIdentityToken') ?? '';
        if (token.split('.').length !== 3)
          throw new AwsError('InvalidIdentityTokenException', 'The ID Token provided is not a valid JWT.');
        return { ...assume(input), SubjectFromWebIdentityToken: 'local' };
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

function upperHex(bytes: number): string {
  return randomBytes(bytes).toString('hex').toUpperCase();
}
