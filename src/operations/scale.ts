import { kindOf, wordsOf } from '../aws/errors.ts';
import type { ServiceOutcome } from '../deployment/outcome.ts';
import type { Sentence } from '../deployment/sentence.ts';
import { rateLimitedLog } from '../process/rate-limited-log.ts';
import { untilCancelled } from '../process/until-cancelled.ts';
import type { DeploymentRef } from '../reference/deployment.ts';
import { primaryOf } from '../service/primary.ts';
import { inWords, nameOf, taskCount } from '../text/words.ts';
import { outcome } from './roll-out-ends.ts';
import { policyOf, type ServiceRollout } from './service-rollout.ts';

/**
 * Waits until a changed desired count is reached. ECS starts no deployment for it (documented), so there is nothing
 * to judge or to roll back: the version that runs stays the one that runs.
 */
export async function awaitScale(
  options: ServiceRollout,
  deployment: DeploymentRef,
): Promise<ServiceOutcome> {
  const { run, reader, say, seen } = options;
  const { limitSeconds } = policyOf(options);
  const until = run.clock.now() + limitSeconds * 1000;
  const wanted = options.change.kind === 'update' ? options.change.desiredCount : undefined;
  const tell = rateLimitedLog(run.clock, say);
  let told = '';
  let wasSet = false;
  let reverted = 0;
  const done = (end: Pick<Sentence, 'result' | 'reason' | 'text'>): ServiceOutcome => {
    run.journal.done(seen.arn);
    return outcome(options, end, { deploymentId: deployment.id });
  };

  while (run.clock.now() < until && !run.signal.aborted) {
    try {
      const service = await untilCancelled(
        run.signal,
        reader.until(run.signal).service(seen.clusterArn, seen.arn),
      );
      if (service === 'cancelled') continue;
      const { runningCount = 0, desiredCount = 0 } = service ?? {};
      const primary = primaryOf(service);
      if (primary !== undefined && primary.id !== deployment.id) {
        const text = `${seen.name} was scaling when another deployment (${primary.id} of ${nameOf(primary.taskDefinition)}) began; it was left alone.`;
        return done({ result: 'superseded', reason: 'another-deployment', text });
      }
      wasSet ||= service?.desiredCount === wanted;
      reverted = service !== undefined && desiredCount !== wanted ? reverted + 1 : 0;
      // A reading may be older than the update (ECS is eventually consistent), before it was seen the more so.
      if (reverted >= (wasSet ? 2 : 5)) {
        const text = `${seen.name} was set to ${taskCount(wanted ?? 0)}, and something has set it to ${desiredCount} since, as autoscaling does outside its minimum and maximum; that was left alone.`;
        return done({ result: 'superseded', reason: 'count-changed', text });
      }
      const hasSettled = service?.desiredCount === wanted && runningCount === wanted;
      const line = `${runningCount} of ${desiredCount} tasks running`;
      if (line !== told) say(line);
      told = line;
      if (hasSettled) {
        const version = nameOf(deployment.target);
        const text =
          wanted === 0
            ? `${seen.name} is scaled to 0: no task of ${version} runs.`
            : `${seen.name} runs ${version} with ${runningCount} of ${desiredCount} tasks.`;
        return done({ result: 'deployed', reason: 'completed', text });
      }
    } catch (error) {
      const kind = kindOf(error);
      if (kind === 'credentials' || kind === 'denied') {
        const text = `The scaling of ${seen.name} to ${wanted} tasks goes on, but can't be followed any more: ${wordsOf(error)}`;
        return done({ result: 'failed', reason: 'access-lost', text });
      }
      tell(`ecs:DescribeServices failed and is tried again: ${wordsOf(error)}`, 'failed');
    }
    await reader.tick(run.signal);
  }
  return run.signal.aborted
    ? done({
        result: 'cancelled',
        reason: 'cancelled-run',
        text: `The run was cancelled while ${seen.name} was scaling; it goes on.`,
      })
    : done({
        result: 'timed-out',
        reason: 'time-limit',
        text: `${seen.name} did not reach ${wanted} tasks within ${inWords(limitSeconds)}; the version that ran before still runs.`,
      });
}
