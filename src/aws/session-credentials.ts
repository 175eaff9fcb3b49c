import type { MiddlewareStack } from '@smithy/types';
import type { Session, Sessions } from './session.ts';

/** Credentials as the SDK takes them; it asks for each request, since the sessions are kept and renewed elsewhere. */
export function credentialsOf(sessions: Sessions) {
  return async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = await current(sessions);
    // An identity that has ended is never kept by the SDK.
    return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(0) };
  };
}

/** Sends a call again, once, after AWS has refused it for an expired session: it certainly did nothing. */
export function renewWhenExpired<I extends object, O extends object>(
  stack: MiddlewareStack<I, O>,
  sessions: Sessions,
): void {
  stack.add(
    (next) => async (step) => {
      const { accessKeyId } = await current(sessions);
      try {
        return await next(step);
      } catch (error) {
        if (!isExpired(error)) throw error;
        await sessions.renew(accessKeyId).catch(asCredentialsError);
        return next(step);
      }
    },
    { step: 'initialize', name: 'renewWhenExpired', priority: 'high' },
  );
}

/** Whether AWS refused a call for a session that has ended. */
export function isExpired(error: unknown): boolean {
  return error instanceof Error && expired.has(error.name);
}

const expired = new Set(['ExpiredTokenException', 'ExpiredToken', 'RequestExpired']);

function current(sessions: Sessions): Promise<Session> {
  return sessions.current().catch(asCredentialsError);
}

/** As the SDK names it when there are no credentials: such an error is not waited out like one of the network. */
function asCredentialsError(cause: unknown): never {
  const error = new Error(cause instanceof Error ? cause.message : String(cause), { cause });
  error.name = 'CredentialsProviderError';
  throw error;
}
