import { plain } from '../report/plain.ts';
import type { Run } from '../run.ts';

/**
 * Asks a URL until it answers with the wanted status: six times within half a minute or a little more, since DNS and load balancers
 * follow a completed deployment with a delay. Redirects are answers, and are not followed.
 */
export async function answersAsWanted({
  url,
  status,
  run: { clock, signal },
  say,
}: {
  readonly url: string;
  readonly status: number;
  readonly run: Pick<Run, 'clock' | 'signal'>;
  readonly say: (line: string) => void;
}): Promise<{ readonly isGood: true } | { readonly isGood: false; readonly said: string }> {
  let said = '';
  for (let attempt = 0; attempt < 6; attempt++) {
    if (attempt > 0) await clock.sleep(5_000, signal);
    said = await ask(url, status, signal);
    if (said === '') {
      say(`health-check-url answers with ${status}`);
      return { isGood: true };
    }
    if (signal.aborted) break;
    say(`health-check-url: ${said}`);
  }
  return { isGood: false, said };
}

/** Empty when it answers as wanted. */
async function ask(url: string, status: number, cancelled: AbortSignal): Promise<string> {
  try {
    const signal = AbortSignal.any([cancelled, AbortSignal.timeout(10_000)]);
    const reply = await fetch(url, { redirect: 'manual', signal });
    await reply.body?.cancel();
    return reply.status === status ? '' : `status ${reply.status} instead of ${status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return plain(cause instanceof Error ? cause.message || cause.name : String(cause), 200);
  }
}
