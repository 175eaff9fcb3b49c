import type { HookAnswer, HookTargets } from '../ecs/stages/hook-targets.ts';
import type { Json } from '../server/operation.ts';

/** Documented: how long one call of a Lambda function may take. */
const longestMilliseconds = 15 * 60 * 1000;

/**
 * Lambda functions that lifecycle hooks call, played by HTTP endpoints: each gets the payload by POST and answers with
 * what the function would return. Any status but 2xx stands for a function that threw.
 *
 * @param endpoints URLs by the ARN of the function
 */
export function httpFunctions(endpoints: Readonly<Record<string, string>>): HookTargets {
  return {
    invoke: async (functionArn, payload): Promise<HookAnswer> => {
      const url = endpoints[functionArn];
      if (url === undefined) return { kind: 'not-invoked', why: `Function not found: ${functionArn}` };
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
