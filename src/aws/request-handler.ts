import { buildQueryString, HttpResponse } from '@smithy/core/protocols';
import type { HttpHandlerOptions, HttpRequest } from '@smithy/types';
import { exchange } from '../exchange/exchange.ts';

/** For one attempt of a call. No answer that is asked for is nearly as large. */
const limits = { connectMilliseconds: 5_000, totalMilliseconds: 20_000, mostBytes: 32 * 1024 * 1024 };

/** How the SDK's clients send a request: by our own exchange, so that no answer is waited for beyond its limits. */
export function requestHandler() {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (
      { protocol, hostname, port, method, path, query = {}, headers, body }: HttpRequest,
      { abortSignal }: HttpHandlerOptions = {},
    ) => {
      const search = buildQueryString(query);
      const whole = search === '' ? path : `${path}?${search}`;
      const signal = abortSignal instanceof AbortSignal ? abortSignal : undefined;
      const { status, ...answer } = await exchange(
        { protocol, hostname, port, method, path: whole, headers, body: textOrBytes(body) },
        { ...limits, signal },
      );
      return { response: new HttpResponse({ ...answer, statusCode: status }) };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

/** No call of ours sends a stream. */
function textOrBytes(body: unknown): string | Uint8Array | undefined {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new TypeError('The body of a request is neither a text nor bytes.');
}
