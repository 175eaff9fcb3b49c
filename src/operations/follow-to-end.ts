import { failuresOf } from '../deployment/after-completion.ts';
import { type Cause, diagnose } from '../deployment/diagnose/diagnose.ts';
import { gatherEvidence } from '../deployment/diagnose/evidence.ts';
import { type FollowResult, follow, type PauseAnswer } from '../deployment/follow/follow.ts';
import type { Snapshot } from '../deployment/observe/snapshot.ts';
import type { Pause } from '../deployment/observe/stage.ts';
import { isGood, type ServiceOutcome } from '../deployment/outcome.ts';
import { readCurrentState } from '../deployment/rollback/current-state.ts';
import { restoreSettings } from '../deployment/rollback/restore-settings.ts';
import { type Sentence, sentenceOfEnd, sentenceOfGiveUp } from '../deployment/sentence.ts';
import { Failure } from '../process/failure.ts';
import { untilCancelledFor } from '../process/until-cancelled.ts';
import type { DeploymentRef } from '../reference/deployment.ts';
import { asSentence } from '../text/words.ts';
import { afterHealthCheck } from './health-check.ts';
import { withTraffic, withTrafficBack } from './production-traffic.ts';
import { recoveryCommands } from './recovery-commands.ts';
import { rollBack, rollbackOf } from './roll-back.ts';
import { accessLost, cancelled, type OwnDeployment, outcome } from './roll-out-ends.ts';
import { leftAlone } from './rollback-report.ts';
import {
  desiredCountOf,
  healthSourcesOf,
  policyOf,
  type ServiceRollout,
  version,
} from './service-rollout.ts';
import { leaveToOthers, testAtPause } from './test-url.ts';

/** A cancelled process is killed ten seconds later: what only explains its end is not waited for longer than that. */
const leftMilliseconds = 2_000;

/**
 * Follows a deployment to its end, and rolls it back when it fails and is this run's.
 * @param own undefined for a deployment that is not ours
 */
export async function followToEnd(
  options: ServiceRollout,
  deployment: DeploymentRef,
  own: OwnDeployment | undefined,
): Promise<ServiceOutcome> {
  let isTested = false;
  const atPause = async (pause: Pause, snapshot: Snapshot): Promise<PauseAnswer> => {
    const answer = own === undefined ? leaveToOthers(options) : await testAtPause(options, pause, snapshot);
    isTested ||= answer === 'continued';
    return answer;
  };
  let followed: FollowResult;
  try {
    followed = await observeToEnd(options, deployment, atPause);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return accessLost(options, deployment, own, error);
  }
  if (followed.kind === 'interrupted') return cancelled(options, deployment, own, followed.doubt);
  const { run, seen } = options;
  const sentence = await afterHealthCheck(
    options,
    followed.kind === 'ended'
      ? sentenceOfEnd(followed.end, seen.name, version(options))
      : sentenceOfGiveUp(followed.why, seen.name, version(options)),
  );
  // Asking the address was cut short: that is no answer.
  if (sentence.reason === 'health-check-url' && run.signal.aborted)
    return cancelled(options, deployment, own, 'asked');
  if (followed.kind === 'ended' && followed.end.kind === 'paused') {
    run.journal.done(seen.arn);
    return outcome(options, sentence, {
      deploymentId: deployment.id,
      stages: followed.snapshot.stages,
      pause: followed.end,
    });
  }
  return isGood(sentence.result)
    ? endedWell(options, deployment, followed.snapshot, isTested ? sentence : untested(options, sentence))
    : notDeployed(options, deployment, own, followed.snapshot, sentence);
}

/** Green, though test-url was to be requested and never was: somebody else answered the pauses, or they timed out. */
function untested({ inputs }: ServiceRollout, sentence: Sentence): Sentence {
  if (inputs.wait.testUrl === undefined || sentence.reason !== 'completed') return sentence;
  const text = `${sentence.text} test-url was never requested, because the deployment went on without this run's answer.`;
  return { ...sentence, reason: 'completed-untested', text };
}

function observeToEnd(
  options: ServiceRollout,
  deployment: DeploymentRef,
  atPause: (pause: Pause, snapshot: Snapshot) => Promise<PauseAnswer>,
): Promise<FollowResult> {
  const { run, reader, targetHealth, follower, say, seen } = options;
  const { clock, signal } = run;
  const observer = follower.observe({
    deployment,
    desiredCount: desiredCountOf(options),
    healthSources: healthSourcesOf(options),
    reader: reader.until(signal),
    targetHealth: targetHealth.until(signal),
    clock,
    say,
    notice: run.log.notice,
  });
  const watches = (): void => run.journal.doubting(seen.arn);
  return follow({
    follower,
    deployment,
    policy: policyOf(options),
    observer,
    reader,
    clock,
    say,
    watches,
    atPause,
    signal,
  });
}

async function endedWell(
  options: ServiceRollout,
  deployment: DeploymentRef,
  snapshot: Snapshot,
  sentence: Sentence,
): Promise<ServiceOutcome> {
  const observed = { deploymentId: deployment.id, stages: snapshot.stages };
  const end = sentence.result === 'deployed' ? await withTraffic(options, deployment, sentence) : sentence;
  options.run.journal.done(options.seen.arn);
  if (sentence.reason !== 'completed-after-failures') return outcome(options, end, observed);
  const cause = await explain(options, deployment, snapshot);
  if (cause === undefined) return outcome(options, end, observed);
  const text = [end.text, ...whyFailed(cause)].join(' ');
  return outcome(options, { ...end, text }, { ...observed, cause });
}

async function notDeployed(
  options: ServiceRollout,
  deployment: DeploymentRef,
  own: OwnDeployment | undefined,
  snapshot: Snapshot,
  end: Sentence,
): Promise<ServiceOutcome> {
  const { run, seen } = options;
  const observed = { deploymentId: deployment.id, stages: snapshot.stages };
  const rollbackTarget = own?.rollbackTarget;
  const rollbackOptions = rollbackOf(options, deployment, rollbackTarget, false);
  const left =
    end.result === 'rolled-back'
      ? await untilCancelledFor(run, leftMilliseconds, () => restoreSettings(rollbackOptions))
      : undefined;
  const ended = end.result === 'rolled-back' ? await withTrafficBack(options, deployment, end) : end;
  const sentence: Sentence =
    left === undefined || left === 'cancelled'
      ? ended
      : { ...ended, text: [ended.text, ...leftAlone(left)].join('') };
  const toRollBack = { ...sentence, failures: failuresOf(snapshot).length };
  const [cause, report] = await Promise.all([
    explain(options, deployment, snapshot),
    sentence.needsRollback && own !== undefined
      ? // What is given up after ECS completed it is rolled back anyway.
        rollBack(options, deployment, rollbackTarget, toRollBack, {
          waits: true,
          isDoubted: snapshot.completed !== undefined,
        })
      : undefined,
  ]);
  // What a cancel has cut short is left open: `post` does it.
  if (report?.isOver !== false && left !== 'cancelled') run.journal.done(seen.arn);
  if (report !== undefined) return outcome(options, report.sentence, { ...observed, cause, ...report });
  const isBroken =
    own !== undefined &&
    (sentence.result === 'rollback-failed' ||
      (sentence.result === 'failed' && sentence.reason === 'stopped-by-person'));
  if (!isBroken) return outcome(options, sentence, { ...observed, cause });
  const currentState = await readCurrentState(rollbackOptions, deployment);
  const recovery = await recoveryCommands(run.aws.ecs, deployment.service, rollbackTarget);
  return outcome(options, sentence, { ...observed, cause, currentState, recovery });
}

/** Undefined where the run is cancelled before the cause is known. */
async function explain(
  options: ServiceRollout,
  deployment: DeploymentRef,
  snapshot: Snapshot,
): Promise<Cause | undefined> {
  const { run, targetHealth, taskDefinition } = options;
  const cause = await untilCancelledFor(run, leftMilliseconds, async (over) =>
    diagnose(
      await gatherEvidence({
        aws: run.aws,
        targetHealth: targetHealth.until(over),
        over,
        since: deployment.createdAt,
        snapshot,
        taskDefinition,
      }),
    ),
  );
  return cause === 'cancelled' ? undefined : cause;
}

/** Names why tasks failed, in a sentence, for a version that stays although some did. */
function whyFailed({ likely, groups: [group] }: Cause): readonly string[] {
  if (likely !== undefined) return [likely.says];
  return group === undefined ? [] : [`ECS says: ${asSentence(group.stoppedReason)}`];
}
