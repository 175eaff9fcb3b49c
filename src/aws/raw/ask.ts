import type { Aws } from '../clients.ts';
import { isClockSkew } from '../errors.ts';
import { isExpired } from '../session-credentials.ts';
import { errorOf } from './error.ts';
import { type RawReply, type RawRequest, sendRaw } from './request.ts';

/**
 * Sends a request as the SDK's clients would: an expired session is renewed once, and a wrong clock is corrected for
 * whoever sends it again.
 *
 * @throws Error named as the SDK names it, for everything but an answer in the service's protocol
 */
export async function askRaw(
  { ecs, sessions }: Aws,
  request: RawRequest,
  abortSignal: AbortSignal,
): Promise<RawReply> {
  const { accessKeyId } = await ecs.config.credentials();
  const first = await sendRaw(ecs, request, abortSignal);
  const error = errorOf(request.service, first);
  if (error === undefined) return first;
  if (isClockSkew(error)) correctClock(ecs.config, first);
  if (sessions === undefined || !isExpired(error)) throw error;
  await sessions.renew(accessKeyId);
  const second = await sendRaw(ecs, request, abortSignal);
  const again = errorOf(request.service, second);
  if (again !== undefined) throw again;
  return second;
}

function correctClock(config: Aws['ecs']['config'], { headers }: RawReply): void {
  const now = Date.parse(headers.date ?? '');
  if (!Number.isNaN(now)) config.systemClockOffset = now - Date.now();
}
