import { isOfAws } from '../aws/errors.ts';
import { asFailure } from '../aws/failure.ts';
import { failuresOf } from '../deployment/after-completion.ts';
import { type Cause, diagnose } from '../deployment/diagnose/diagnose.ts';
import { gatherEvidence } from '../deployment/diagnose/evidence.ts';
import { type Followed, follow } from '../deployment/follow.ts';
import { createObserver } from '../deployment/observe/observe.ts';
import type { ServiceOutcome } from '../deployment/outcome.ts';
import { readCurrentState } from '../deployment/rollback/current-state.ts';
import { restoreSettings } from '../deployment/rollback/restore-settings.ts';
import { type Sentence, sentenceOfEnd, sentenceOfGiveUp } from '../deployment/sentence.ts';
import type { ServiceChange } from '../plan/decide/service.ts';
import { Failure } from '../process/failure.ts';
import { untilCancelledFor } from '../process/until-cancelled.ts';
import type { DeploymentRef } from '../reference/deployment.ts';
import { type Update, unfinished } from '../run/journal.ts';
import { deploymentRefOf } from '../service/primary.ts';
import { updateService } from '../service/update.ts';
import { asSentence } from '../text/words.ts';
import { answersAsWanted } from './health-check.ts';
import { recoveryCommands } from './recovery-commands.ts';
import { rollBack, rollbackOf } from './roll-back.ts';
import {
  accessLost,
  begunByAnother,
  besidesAnother,
  cancelled,
  cancelledBefore,
  notWaitedFor,
  type Own,
  outcome,
  setNotWaitedFor,
  settingsOnly,
  updateUnknown,
} from './roll-out-ends.ts';
import { leftAlone } from './rollback-report.ts';
import { awaitScale } from './scale.ts';
import {
  desiredCountOf,
  healthSourcesOf,
  policyOf,
  rollbackTargetOf,
  type ServiceRollout,
  version,
} from './service-rollout.ts';

/** Updates one service, follows that deployment to its end, and takes the way back when it fails. Never throws. */
export async function rollOut(options: ServiceRollout): Promise<ServiceOutcome> {
  const { seen, change, run } = options;
  try {
    switch (change.kind) {
      case 'unchanged':
        return outcome(options, {
          result: 'unchanged',
          reason: 'no-change',
          text:
            seen.service.desiredCount === 0
              ? `${seen.name} already has ${version(options)}, completed, and runs no task of it (its desired count is 0); nothing to do.`
              : `${seen.name} already runs ${version(options)}, completed; nothing to do.`,
        });
      case 'join':
        if (!options.inputs.wait.forStability) return notWaitedFor(options, change.deployment.id);
        options.say(
          `${version(options)} is being deployed already (${change.deployment.id}); following that deployment`,
        );
        return await followToEnd(options, change.deployment, undefined);
      case 'update':
        return await update(options, change);
      default:
        return change satisfies never;
    }
  } catch (error) {
    const failure = asFailure(error);
    // A defect of ours in the middle is left open in the journal, so that post undoes what was begun.
    const isOpen = unfinished(run.journal.entries).rollouts.some(
      ({ update: { serviceArn } }) => serviceArn === seen.arn,
    );
    const text = isOpen
      ? `The deployment of ${version(options)} to ${seen.name} can't be followed to its end, and is left to the post step: ${failure.message}`
      : `${seen.name} could not be updated: ${failure.message}`;
    return outcome(options, { result: 'failed', reason: failure.code, text }, { advice: failure.advice });
  }
}

async function update(
  options: ServiceRollout,
  change: ServiceChange & { kind: 'update' },
): Promise<ServiceOutcome> {
  const { run, inputs, seen, taskDefinitionArn, reader, say } = options;
  if (run.signal.aborted) return cancelledBefore(options);
  const rollbackTarget = rollbackTargetOf(options, change);
  const intent: Update = {
    region: inputs.region,
    cluster: seen.clusterArn,
    serviceArn: seen.arn,
    taskDefinitionArn,
    deploys: change.deploys,
    previousDeploymentId: seen.primary?.id,
    rollbackTarget,
    rollsBackWhenCutOff:
      inputs.wait.forStability && inputs.failure.rollback && inputs.failure.onCancel === 'rollback',
    awaitsHealthCheck: inputs.wait.healthCheckUrl !== undefined,
  };
  run.journal.note({ kind: 'update', update: intent });
  const updated = await updateService(run, reader, seen, {
    taskDefinitionArn,
    deploys: change.deploys,
    desiredCount: change.desiredCount,
    settings: change.settings.request,
    force: change.force,
  }).catch((error: unknown) => {
    // AWS refused it. Any other error is ours, and says nothing about what AWS did.
    if (isOfAws(error)) run.journal.note({ kind: 'settled', serviceArn: seen.arn });
    throw error;
  });
  if (updated.kind === 'cancelled') {
    run.journal.note({ kind: 'settled', serviceArn: seen.arn });
    return cancelledBefore(options);
  }
  if (updated.kind === 'unknown') return updateUnknown(options, updated.why);
  if (updated.kind === 'superseded') return begunByAnother(options, updated.deployment);

  const deployment = deploymentRefOf(seen, updated.deployment, taskDefinitionArn);
  const deploymentId = deployment.id;
  const isNew = deploymentId !== seen.primary?.id;
  if (isNew && !change.deploys) return besidesAnother(options, updated.deployment);
  run.journal.note({ kind: 'deployment', serviceArn: seen.arn, deploymentId });
  say(
    isNew
      ? `deployment ${deploymentId} of ${version(options)} has begun`
      : 'the service was updated; no new deployment was needed',
  );
  if (!inputs.wait.forStability) {
    run.journal.note({ kind: 'settled', serviceArn: seen.arn });
    return (change.deploys ? notWaitedFor : setNotWaitedFor)(options, deploymentId);
  }
  if (isNew) return followToEnd(options, deployment, { rollbackTarget });
  if (seen.inFlight === undefined) {
    return change.desiredCount === undefined
      ? settingsOnly(options, deploymentId)
      : awaitScale(options, deployment);
  }
  say(`following the deployment ${deploymentId}, which is in flight and not of this run`);
  return followToEnd(options, deployment, undefined);
}

/** A cancelled process is killed ten seconds later: what only explains its end is not waited for longer than that. */
const leftMilliseconds = 2_000;

/** @param own undefined for a deployment that is not ours */
async function followToEnd(
  options: ServiceRollout,
  deployment: DeploymentRef,
  own: Own | undefined,
): Promise<ServiceOutcome> {
  const { run, reader, targetHealth, say, seen } = options;
  const healthSources = healthSourcesOf(options);
  const observer = createObserver({
    deployment,
    desiredCount: desiredCountOf(options),
    healthSources,
    reader: reader.until(run.signal),
    targetHealth: targetHealth.until(run.signal),
    clock: run.clock,
    say,
    notice: run.log.notice,
  });
  let followed: Followed;
  try {
    const watches = (): void => run.journal.note({ kind: 'watching', serviceArn: seen.arn });
    followed = await follow({
      deployment,
      policy: policyOf(options),
      observer,
      reader,
      clock: run.clock,
      say,
      watches,
      signal: run.signal,
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return accessLost(options, deployment, own, error);
  }

  if (followed.kind === 'interrupted')
    return cancelled(options, deployment, own, followed.wasWatched ? 'watched' : undefined);
  const { snapshot } = followed;
  let sentence = await afterHealthCheck(
    options,
    followed.kind === 'ended'
      ? sentenceOfEnd(followed.end, seen.name, version(options))
      : sentenceOfGiveUp(followed.why, seen.name, version(options)),
  );
  const explained = async (over: AbortSignal): Promise<Cause> =>
    diagnose(
      await gatherEvidence({
        aws: run.aws,
        targetHealth: targetHealth.until(over),
        over,
        since: deployment.createdAt,
        targetGroupArns: healthSources.targetGroupArns,
        snapshot,
        taskDefinition: options.taskDefinition,
      }),
    );
  // Asking the address was cut short: that is no answer.
  if (sentence.reason === 'health-check-url' && run.signal.aborted)
    return cancelled(options, deployment, own, 'asked');
  const deploymentId = deployment.id;
  if (sentence.result === 'deployed') {
    run.journal.note({ kind: 'settled', serviceArn: seen.arn });
    if (sentence.reason !== 'completed-after-failures') return outcome(options, sentence, { deploymentId });
    const cause = await untilCancelledFor(run, leftMilliseconds, explained);
    if (cause === 'cancelled') return outcome(options, sentence, { deploymentId });
    const text = [sentence.text, ...whyFailed(cause)].join(' ');
    return outcome(options, { ...sentence, text }, { deploymentId, cause });
  }
  const rollbackTarget = own?.rollbackTarget;
  const rollbackOptions = rollbackOf(run, reader, deployment, rollbackTarget, false);
  const left =
    sentence.result === 'rolled-back'
      ? await untilCancelledFor(run, leftMilliseconds, () => restoreSettings(rollbackOptions))
      : undefined;
  if (left !== undefined && left !== 'cancelled') {
    sentence = { ...sentence, text: [sentence.text, ...leftAlone(left)].join('') };
  }
  const toRollBack = { ...sentence, failures: failuresOf(snapshot).length };
  const [known, rollbackEnd] = await Promise.all([
    untilCancelledFor(run, leftMilliseconds, explained),
    sentence.needsRollback && own !== undefined
      ? rollBack(options, deployment, rollbackTarget, toRollBack)
      : undefined,
  ]);
  const cause = known === 'cancelled' ? undefined : known;
  // What a cancel has cut short is left open: `post` does it.
  if (rollbackEnd?.isOver !== false && left !== 'cancelled')
    run.journal.note({ kind: 'settled', serviceArn: seen.arn });
  if (rollbackEnd !== undefined)
    return outcome(options, rollbackEnd.sentence, { deploymentId, cause, ...rollbackEnd });
  const isBroken =
    own !== undefined &&
    (sentence.result === 'rollback-failed' ||
      (sentence.result === 'failed' && sentence.reason === 'stopped-by-person'));
  if (!isBroken) return outcome(options, sentence, { deploymentId, cause });
  const currentState = await readCurrentState(reader, deployment);
  return outcome(options, sentence, {
    deploymentId,
    cause,
    currentState,
    mend: await recoveryCommands(rollbackOptions.ecs, deployment.service, rollbackTarget),
  });
}

/** In a sentence, for a version that stays all the same. */
function whyFailed({ likely, groups: [group] }: Cause): readonly string[] {
  if (likely !== undefined) return [likely.says];
  return group === undefined ? [] : [`ECS says: ${asSentence(group.stoppedReason)}`];
}

/** A deployment that completed still has to answer, where the workflow says how that is seen. */
async function afterHealthCheck(options: ServiceRollout, sentence: Sentence): Promise<Sentence> {
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
