import { wordsOf } from '../aws/errors.ts';
import { exchange, requestOf } from '../exchange/exchange.ts';
import type { Run } from '../run/run.ts';
import { plain } from '../text/sanitize.ts';

/** Nothing of the answer counts but its status: a page may be large, or never end. */
const limits = { connectMilliseconds: 10_000, totalMilliseconds: 10_000, mostBytes: 0 };

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
async function ask(url: string, wanted: number, signal: AbortSignal): Promise<string> {
  try {
    const request = requestOf(new URL(url), 'GET', { accept: '*/*', 'user-agent': 'fargate-deploy' });
    const { status } = await exchange(request, { ...limits, signal });
    return status === wanted ? '' : `status ${status} instead of ${wanted}`;
  } catch (error) {
    return plain(wordsOf(error), 200);
  }
}
