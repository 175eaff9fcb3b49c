import type { MetadataBearer, MiddlewareStack } from '@smithy/types';
import { type Calling, call } from '../../aws/call.ts';
import { foreignAnswer, isClockSkew, kindOf, wordsOf } from '../../aws/errors.ts';
import { isExpired } from '../../aws/session-credentials.ts';
import type { Clock } from '../../process/clock.ts';
import type { Run } from '../../run/run.ts';
import type { Answer } from './check.ts';

/** Everything that a check works with. */
export type CheckContext = Pick<Run, 'aws' | 'clock'> & {
  /** Ends what is tried again when nobody waits for it any more. */
  readonly signal?: AbortSignal;
};

/**
 * Asks until there is an answer: what passes (a rate limit, a lost answer, a wrong clock) is tried again, unseen, for as
 * long as a check is waited for.
 *
 * @param action as a policy names it
 */
export function askWithRetries<T>(
  context: CheckContext,
  action: string,
  ask: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  return call(quietCalling(context), action, ask);
}

/** For calls whose waiting nobody needs to see. They end a moment before nobody waits any more, so that AWS's words are told. */
export function quietCalling({ clock, signal }: CheckContext): Calling {
  return {
    clock,
    say: () => undefined,
    checkLimitSeconds: patienceSeconds - 1,
    ...(signal === undefined ? {} : { signal }),
  };
}

/**
 * Reads what an error says about the thing that was requested. Only "not found" is a verdict; everything else leaves it
 * open, and says why. Pure.
 *
 * @param action the permission that the question needs; AWS's own word for it comes first
 */
export function answerFromError(error: unknown, action: string): Answer {
  const words = wordsOf(error);
  if (isExpired(error)) return unknown(`The session of this job has ended. ${words}`);
  if (isClockSkew(error)) return unknown(`The clock of this machine is wrong. ${words}`);
  switch (kindOf(error)) {
    case 'not-found':
      return { state: 'missing' };
    case 'denied':
      return unknown(`${deniedAction(words) ?? action} is not permitted to this job.`);
    case 'credentials':
      return unknown(`AWS does not accept the credentials of this job. ${words}`);
    default:
      return unknown(/^\w+Exception: |^[A-Z]\w+: /.test(words) ? `AWS answered ${words}` : words);
  }
}

/** `... is not authorized to perform: ecr:BatchGetImage on resource ...` (seen), and what KMS keeps from a reader. */
function deniedAction(words: string): string | undefined {
  return (
    /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(words)?.[1] ??
    (/\bKMS\b/.test(words) ? 'kms:Decrypt' : undefined)
  );
}

function unknown(detail: string): Answer {
  return { state: 'unknown', detail };
}

/** The longest that a check holds up a deployment, where a service can't be reached (no way out of a VPC). */
export const patienceSeconds = 6;

/**
 * Gives AWS's answer, or `late` if it takes too long.
 * @param ask gets a signal that is aborted when nobody waits any more
 */
export async function askWithTimeout<T>(
  clock: Clock,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T | 'late'> {
  const over = new AbortController();
  try {
    const late = clock.sleep(patienceSeconds * 1000, over.signal).then(() => 'late' as const);
    return await Promise.race([ask(over.signal), late]);
  } finally {
    over.abort();
  }
}

/**
 * Lets so many questions be asked at once: AWS limits the rate of each operation, for reads of roles and log groups to
 * ten or so a second.
 */
export function limitConcurrency(atOnce: number): <T>(ask: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (ask) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await ask();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

/**
 * Lets a client take no answer that is not AWS's. The SDK makes an empty answer of some pages that a proxy sends, and of no
 * body at all, and an empty list would be a verdict. AWS names the request in every answer.
 */
export function rejectForeignAnswers<I extends object, O extends MetadataBearer>(
  stack: MiddlewareStack<I, O>,
): void {
  stack.add(
    (next) => async (step) => {
      const answer = await next(step);
      const { requestId, httpStatusCode } = answer.output.$metadata;
      if (requestId !== undefined) return answer;
      throw Object.assign(new Error(), { name: foreignAnswer, $metadata: { httpStatusCode } });
    },
    { step: 'initialize', name: 'refuseForeign' },
  );
}
