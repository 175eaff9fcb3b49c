import type { HookAnswer, HookTargets } from '../ecs/stages/hook-targets.ts';
import type { Document, Json } from '../server/operation.ts';

/** A Lambda function: the URL of an HTTP endpoint that plays it, or code of this process that returns its answer. */
export type LambdaFunction = string | ((payload: Document) => Json);

/** Documented: how long one call of a Lambda function may take. */
const longestMilliseconds = 15 * 60 * 1000;

/**
 * Lambda functions that lifecycle hooks call. An HTTP endpoint gets the payload by POST and answers with what the
 * function returns; any status but 2xx stands for a function that threw.
 *
 * @param functions by ARN
 */
export function lambdaFunctions(functions: Readonly<Record<string, LambdaFunction>>): HookTargets {
  return {
    invoke: async (functionArn, payload): Promise<HookAnswer> => {
      const url = functions[functionArn];
      if (url === undefined) return { kind: 'not-invoked', why: `Function not found: ${functionArn}` };
      if (typeof url !== 'string') return { kind: 'returned', body: url(payload) };
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(payload),
          signal: AbortSignal.timeout(longestMilliseconds),
        });
        const body = await response.text();
        return { kind: 'returned', body: response.ok ? parsed(body) : undefined };
      } catch {
        return { kind: 'not-invoked', why: `no answer from ${url}` };
      }
    },
  };
}

function parsed(body: string): Json | undefined {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}
