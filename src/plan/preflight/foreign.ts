import type { MetadataBearer, MiddlewareStack } from '@smithy/types';
import { foreignAnswer } from '../../aws/errors.ts';

/**
 * Lets a client take no answer that is not AWS's. The SDK makes an empty answer of some pages that a proxy sends, and of no
 * body at all, and an empty list would be a verdict. AWS names the request in every answer.
 */
export function refuseForeign<I extends object, O extends MetadataBearer>(
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
