import { wordsOf } from '../aws/errors.ts';
import type { Sentence } from '../deployment/sentence.ts';
import { exchange, requestOf } from '../exchange/exchange.ts';
import type { Run } from '../run/run.ts';
import { plain } from '../text/sanitize.ts';
import { type ServiceRollout, version } from './service-rollout.ts';

/** Nothing of the answer counts but its status: a page may be large, or never end. */
const limits = { connectMilliseconds: 10_000, totalMilliseconds: 10_000, mostBytes: 0 };

/**
 * Asks health-check-url about a deployment that completed, where the workflow has set it.
 *
 * @returns the end that it was, or the failure that the answer makes of it
 */
export async function afterHealthCheck(options: ServiceRollout, sentence: Sentence): Promise<Sentence> {
  const { inputs, run, say, seen } = options;
  const url = inputs.wait.healthCheckUrl;
  if (sentence.result !== 'deployed' || url === undefined) return sentence;
  const answer = await answersAsWanted({ url, status: inputs.wait.healthCheckStatus, run, say });
  if (answer.isGood) return sentence;
  return {
    result: 'failed',
    reason: 'health-check-url',
    text: `${seen.name} completed the deployment of ${version(options)}, but health-check-url does not answer as wanted: ${answer.said}.`,
    needsRollback: true,
  };
}

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
