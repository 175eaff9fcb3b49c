import { Failure, type FailureCode } from '../failure.ts';
import { type AwsErrorKind, kindOf, wordsOf } from './errors.ts';
import { localFailure } from './local-failure.ts';

/** Whatever was thrown, in words for the person: the one place where an error that nobody expected becomes a failure. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const kind = kindOf(error);
  return kind === 'local'
    ? localFailure(error)
    : new Failure({ ...problems[kind], message: wordsOf(error), cause: error });
}

interface Problem {
  readonly code: FailureCode;
  readonly fault: 'yours' | 'aws';
  readonly advice: string;
}

const refused: Problem = {
  code: 'aws-refused',
  fault: 'yours',
  advice: 'AWS names what it does not take; correct that in the task definition, the service or the inputs.',
};
const unreachable: Problem = {
  code: 'aws-unreachable',
  fault: 'aws',
  advice:
    'AWS does not answer, or only with errors of its own: check the network of the runner, HTTPS_PROXY and NO_PROXY, and try again.',
};

const problems: Readonly<Record<Exclude<AwsErrorKind, 'local'>, Problem>> = {
  denied: {
    code: 'aws-denied',
    fault: 'yours',
    advice: 'Permit that action for the role of this job; the README lists all that are needed.',
  },
  credentials: {
    code: 'aws-credentials',
    fault: 'yours',
    advice:
      'Set role-to-assume (docs/sign-in.md), or sign in to AWS before this step, for example with aws-actions/configure-aws-credentials.',
  },
  throttled: {
    code: 'aws-unreachable',
    fault: 'aws',
    advice: 'AWS limits the rate of calls for each account and region; try again later.',
  },
  'refused-for-now': {
    code: 'aws-refused',
    fault: 'aws',
    advice: 'AWS refuses this for a reason that passes by itself; run the job again.',
  },
  lost: unreachable,
  unsent: unreachable,
  'not-found': refused,
  unsupported: refused,
  conflict: refused,
  refused,
};
