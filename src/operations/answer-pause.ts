import { isOfAws, wordsOf } from '../aws/errors.ts';
import { asFailure } from '../aws/failure.ts';
import { type AnswerResult, awaitEffect } from '../deployment/answer-hook.ts';
import type { ServiceOutcome } from '../deployment/outcome.ts';
import type { RollbackOptions, RollbackStart } from '../deployment/rollback/rollback-start.ts';
import { isOpen } from '../run/journal.ts';
import { calling } from '../run/run.ts';
import { plain } from '../text/sanitize.ts';
import type { AnswerableDeployment, WaitingHook } from './find-paused.ts';
import { followToEnd } from './follow-to-end.ts';
import { cancelledBefore, notWaitedFor, outcome } from './roll-out-ends.ts';
import { type ServiceRollout, version } from './service-rollout.ts';
import { asRequested, stopInFlight } from './stop-in-flight.ts';

/**
 * Answers the pause of one service's deployment, and follows the deployment as `deploy` does: from here on it is this
 * run's, and is rolled back when it fails. A deployment that ends by itself is followed only. Never throws.
 */
export async function answerPause(
  options: ServiceRollout,
  { deployment, pause }: AnswerableDeployment,
): Promise<ServiceOutcome> {
  const { inputs, run, seen, reader, say } = options;
  const isRollback = inputs.continue.answer === 'rollback';
  try {
    if (pause === undefined) {
      say(`${deployment.id} of ${version(options)} is no longer paused; reading how it ended`);
      const end = await followToEnd(options, deployment, undefined);
      return isRollback ? asRequestedOutcome(end) : end;
    }
    if (run.signal.aborted) return cancelledBefore(options);
    if (!isRollback) return await goOn(options, deployment, pause);
    return await stopInFlight(inputs, run, reader, {
      seen,
      deployment,
      // What completes meanwhile stays: the answer came too late.
      rollsBackCompleted: false,
      begin: (rollbackOptions) => answerRollback(options, pause, rollbackOptions),
    });
  } catch (error) {
    const failure = asFailure(error);
    const text = isOpen(run.journal, 'service-update', seen.arn)
      ? `The deployment of ${version(options)} to ${seen.name} can't be followed to its end, and is left to the post step: ${failure.message}`
      : `The pause of ${seen.name} could not be answered: ${failure.message}`;
    return outcome(options, { result: 'failed', reason: failure.code, text }, { advice: failure.advice });
  }
}

/** What a failed deployment calls rolled back is what was requested. */
function asRequestedOutcome(end: ServiceOutcome): ServiceOutcome {
  const { result, reason, message } = end;
  const requested = asRequested({ result, reason, text: message, needsRollback: false });
  return { ...end, result: requested.result, reason: requested.reason, message: requested.text };
}

async function goOn(
  options: ServiceRollout,
  deployment: AnswerableDeployment['deployment'],
  pause: WaitingHook,
): Promise<ServiceOutcome> {
  const { run, inputs, seen, reader, follower, say } = options;
  const { failure, wait } = inputs;
  const rollbackTarget =
    seen.rollbackTarget === undefined ? undefined : { ...seen.rollbackTarget, settings: [] };
  run.journal.begin({
    kind: 'service-update',
    clusterArn: seen.clusterArn,
    serviceArn: seen.arn,
    taskDefinitionArn: deployment.target,
    deploys: true,
    previousDeploymentId: undefined,
    rollbackTarget,
    rollsBackWhenCutOff: wait.until !== 'started' && failure.rollback && failure.onCancel === 'rollback',
    awaitsHealthCheck: wait.healthCheckUrl !== undefined,
  });
  run.journal.found(seen.arn, deployment.id);
  const context = { ecs: run.aws.ecs, calling: calling(run), reader };
  const answered = await follower.answer(context, pause, 'CONTINUE').catch((error: unknown) => {
    // AWS refused it: the deployment waits on. Any other error is ours, and says nothing about what AWS did.
    if (isOfAws(error)) run.journal.done(seen.arn);
    throw error;
  });
  if (answered.kind === 'cancelled') {
    run.journal.done(seen.arn);
    return cancelledBefore(options);
  }
  say(howItWasTaken(answered, deployment.id));
  if (answered.kind === 'over' || answered.kind === 'not-found') {
    run.journal.done(seen.arn);
    return followToEnd(options, deployment, undefined);
  }
  if (wait.until === 'started') {
    run.journal.done(seen.arn);
    return notWaitedFor(options, deployment.id);
  }
  // A record that is older than the answer would read as the next pause.
  if (answered.kind === 'answered') await awaitEffect(context, pause, 'CONTINUE');
  return followToEnd(options, deployment, { rollbackTarget });
}

function howItWasTaken(answered: Exclude<AnswerResult, { kind: 'cancelled' }>, id: string): string {
  switch (answered.kind) {
    case 'answered':
      return `answered: ${id} continues`;
    case 'closed':
      return `${id} was no longer paused when the answer came: somebody else answered, or the hook timed out. Following it.`;
    case 'over':
      return `${id} was over when the answer came; reading how it ended`;
    case 'not-found':
      return `ECS no longer knows ${id}; reading what the service runs`;
    case 'unknown':
      return `It is unknown whether ECS took the answer (${plain(answered.why)}). Following ${id}.`;
    default:
      return answered satisfies never;
  }
}

/** Answers with ROLLBACK; where ECS doesn't take that any more, the deployment is rolled back as every other one. */
async function answerRollback(
  { run, reader, follower, say }: ServiceRollout,
  pause: WaitingHook,
  rollbackOptions: RollbackOptions,
): Promise<RollbackStart> {
  const context = { ecs: run.aws.ecs, calling: rollbackOptions.calling, reader };
  try {
    const answered = await follower.answer(context, pause, 'ROLLBACK');
    if (answered.kind === 'answered') {
      return {
        kind: 'by-ecs',
        serviceDeploymentArn: pause.serviceDeploymentArn,
        asked: true,
        left: [],
      };
    }
    say('the deployment was no longer paused when the answer came');
  } catch (error) {
    say(`ECS didn't take the answer (${wordsOf(error)}); stopping the deployment instead`);
  }
  return follower.rollBack(rollbackOptions);
}
