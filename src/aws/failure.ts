import { Failure, type FailureCode } from '../process/failure.ts';
import { type AwsErrorKind, kindOf, wordsOf } from './errors.ts';
import { localFailure } from './local-failure.ts';
import { adviceByWords, adviceOnRefusal } from './refusal-advice.ts';

/** Whatever was thrown, in words for the person: the one place where an error that nobody expected becomes a failure. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const kind = kindOf(error);
  if (kind === 'local') return localFailure(error);
  const message = wordsOf(error);
  const problem = problems[kind];
  return new Failure({ ...problem, advice: adviceOf(problem, message), message, cause: error });
}

/** What AWS refuses is told by its words; of all else the kind tells more. */
function adviceOf(problem: Problem, words: string): string {
  if (problem === refused) return adviceOnRefusal(words);
  return problem === problems.denied ? (adviceByWords(words) ?? problem.advice) : problem.advice;
}

interface Problem {
  readonly code: FailureCode;
  readonly fault: 'yours' | 'aws';
  readonly advice: string;
}

const refused: Problem = { code: 'aws-refused', fault: 'yours', advice: adviceOnRefusal('') };
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
    advice: 'Permit that action for the role of this job; docs/permissions.md lists all that are needed.',
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
  lost: unreachable,
  unsent: unreachable,
  'not-found': refused,
  unsupported: refused,
  conflict: refused,
  refused,
};
