import type { InputReader } from './reader.ts';

/** A role to take with GitHub's identity token. */
export interface SignInInputs {
  readonly roleArn: string;
  readonly sessionName: string | undefined;
  readonly durationSeconds: number;
  readonly audience: string;
}

/** Undefined: the job's own credentials are used as they are. */
export function readSignInInputs(read: InputReader): SignInInputs | undefined {
  const roleArn = read.optional('role-to-assume');
  const others = {
    sessionName: read.optional('role-session-name'),
    // Documented: from 15 minutes to 12 hours, and no longer than the role itself allows.
    durationSeconds: read.number('role-duration-seconds', 3600, { least: 900, most: 43_200, whole: true }),
    audience: read.text('audience', 'sts.amazonaws.com'),
  };
  return roleArn === undefined ? undefined : { roleArn, ...others };
}

export function signInProblems(signIn: SignInInputs | undefined): readonly string[] {
  if (signIn === undefined) return [];
  const problems: string[] = [];
  // A path may have any printable character; a name what IAM documents.
  if (!/^arn:[\w-]+:iam::\d{12}:role\/([!-~]+\/)?[\w+=,.@-]{1,64}$/.test(signIn.roleArn)) {
    problems.push(
      'role-to-assume is no ARN of a role; it is written like arn:aws:iam::123456789012:role/deploy',
    );
  }
  if (signIn.sessionName !== undefined && !/^[\w+=,.@-]{2,64}$/.test(signIn.sessionName)) {
    problems.push('role-session-name can have 2 to 64 letters, digits and any of +=,.@_-');
  }
  return problems;
}
