import { Failure, type FailureCode } from '../process/failure.ts';
import { printable } from '../text/sanitize.ts';
import { asSentence } from '../text/words.ts';
import { type AwsErrorKind, kindOf, wordsOf } from './errors.ts';
import { localFailure } from './local-failure.ts';
import { adviceByWords, adviceOnRefusal } from './refusal-advice.ts';

/** Turns anything that was thrown into a failure: the one place where an unexpected error becomes one. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const kind = kindOf(error);
  if (kind === 'local') return localFailure(error);
  const message = messageOf(error);
  const problem = problems[kind];
  return new Failure({ ...problem, advice: adviceOf(problem, message), message, cause: error });
}

/** The SDK's name for missing credentials says less than a sentence. */
function messageOf(error: unknown): string {
  return error instanceof Error && error.name === 'CredentialsProviderError'
    ? asSentence(`There are no AWS credentials. ${printable(error.message)}`)
    : wordsOf(error);
}

/** AWS's words explain a refusal; for everything else, the kind of error says more. */
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
    "AWS doesn't answer, or only with server errors. Check the runner's network, HTTPS_PROXY and NO_PROXY, and run the job again.",
};

const problems: Readonly<Record<Exclude<AwsErrorKind, 'local'>, Problem>> = {
  denied: {
    code: 'aws-denied',
    fault: 'yours',
    advice: "Allow that action for this job's role. docs/permissions.md lists all permissions.",
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
    advice: 'AWS limits the rate of calls for each account and region. Run the job again later.',
  },
  lost: unreachable,
  unsent: unreachable,
  'not-found': refused,
  unsupported: refused,
  conflict: refused,
  refused,
};
