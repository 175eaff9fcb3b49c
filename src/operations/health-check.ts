import { wordsOf } from '../aws/errors.ts';
import type { Sentence } from '../deployment/sentence.ts';
import { exchange, requestOf } from '../exchange/exchange.ts';
import type { Run } from '../run/run.ts';
import { plain } from '../text/sanitize.ts';
import { type ServiceRollout, version } from './service-rollout.ts';

export const attempts = 6;

/** Only the status counts: a page may be large, or never end. */
const limits = { connectMilliseconds: 10_000, totalMilliseconds: 10_000, mostBytes: 0 };

/**
 * Requests health-check-url after a completed deployment, if the workflow has set it.
 *
 * @returns the end as it was, or the failure that the answer makes of it
 */
export async function afterHealthCheck(options: ServiceRollout, sentence: Sentence): Promise<Sentence> {
  const { inputs, run, say, seen } = options;
  const url = inputs.wait.healthCheckUrl;
  if (sentence.result !== 'deployed' || url === undefined) return sentence;
  const answer = await answersAsWanted({
    input: 'health-check-url',
    url,
    status: inputs.wait.healthCheckStatus,
    run,
    say,
  });
  if (answer.isGood) return sentence;
  return {
    result: 'failed',
    reason: 'health-check-url',
    text: `ECS completed the deployment of ${version(options)} to ${seen.name}, but ${shownUrl(url)} failed the health check ${attempts} times: ${answer.said}.`,
    advice:
      "Request the URL yourself, and check the app's log and the load balancer's rules. If another answer is right, change health-check-url or health-check-status.",
    needsRollback: true,
  };
}

/**
 * Requests a URL until it answers with the expected status: six times, five seconds apart, since DNS and load balancers
 * follow a completed deployment with a delay. A redirect is an answer, and isn't followed.
 */
export async function answersAsWanted({
  input,
  url,
  status,
  run: { clock, signal },
  say,
}: {
  /** The input that the URL comes from. */
  readonly input: 'health-check-url' | 'test-url';
  readonly url: string;
  readonly status: number;
  readonly run: Pick<Run, 'clock' | 'signal'>;
  readonly say: (line: string) => void;
}): Promise<{ readonly isGood: true } | { readonly isGood: false; readonly said: string }> {
  let said = '';
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await clock.sleep(5_000, signal);
    const before = said;
    said = await ask(url, status, signal);
    if (said === '') {
      say(`${input}: ${shownUrl(url)} answered with status ${status}`);
      return { isGood: true };
    }
    if (signal.aborted) break;
    if (said !== before) say(`${input}: ${shownUrl(url)}: ${said}`);
  }
  return { isGood: false, said };
}

/** Without credentials and query, which may hold secrets. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return plain(`${origin}${pathname}`, 200);
}

/** Empty for the expected answer. */
async function ask(url: string, expected: number, signal: AbortSignal): Promise<string> {
  try {
    const request = requestOf(new URL(url), 'GET', { accept: '*/*', 'user-agent': 'fargate-deploy' });
    const { status } = await exchange(request, { ...limits, signal });
    return status === expected ? '' : `it answered with status ${status} instead of ${expected}`;
  } catch (error) {
    return plain(wordsOf(error), 200);
  }
}
