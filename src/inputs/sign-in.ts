import type { InputProblem } from './problem.ts';
import type { InputReader } from './reader.ts';

/** The role to assume with GitHub's OIDC token. */
export interface SignInInputs {
  readonly roleArn: string;
  readonly sessionName: string | undefined;
  readonly durationSeconds: number;
  readonly audience: string;
}

/** Undefined: the job's own credentials are used. */
export function readSignInInputs(read: InputReader): SignInInputs | undefined {
  const roleArn = read.optional('role-to-assume');
  const others = {
    sessionName: read.optional('role-session-name'),
    // Documented: 15 minutes to 12 hours, and no longer than the role allows.
    durationSeconds: read.number('role-duration-seconds', 3600, { least: 900, most: 43_200, whole: true }),
    audience: read.text('audience', 'sts.amazonaws.com'),
  };
  return roleArn === undefined ? undefined : { roleArn, ...others };
}

export function signInProblems(signIn: SignInInputs | undefined): readonly InputProblem[] {
  if (signIn === undefined) return [];
  const problems: InputProblem[] = [];
  // IAM documents these characters; a path may have any printable one.
  if (!/^arn:[\w-]+:iam::\d{12}:role\/([!-~]+\/)?[\w+=,.@-]{1,64}$/.test(signIn.roleArn)) {
    problems.push({
      input: 'role-to-assume',
      text: "the value isn't the ARN of a role, such as arn:aws:iam::123456789012:role/deploy.",
    });
  }
  if (signIn.sessionName !== undefined && !/^[\w+=,.@-]{2,64}$/.test(signIn.sessionName)) {
    problems.push({
      input: 'role-session-name',
      text: 'a session name has 2 to 64 letters, digits and characters of +=,.@_-',
    });
  }
  return problems;
}
