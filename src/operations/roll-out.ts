import { isOfAws } from '../aws/errors.ts';
import { asFailure } from '../aws/failure.ts';
import type { ServiceOutcome } from '../deployment/outcome.ts';
import type { ServiceChange } from '../plan/decide/service.ts';
import { isOpen } from '../run/journal.ts';
import { deploymentRefOf } from '../service/primary.ts';
import { updateService } from '../service/update.ts';
import { followToEnd } from './follow-to-end.ts';
import {
  begunByAnother,
  besidesAnother,
  cancelledBefore,
  notWaitedFor,
  outcome,
  setNotWaitedFor,
  settingsOnly,
  unchanged,
  updateUnknown,
} from './roll-out-ends.ts';
import { awaitScale } from './scale.ts';
import { rollbackTargetOf, type ServiceRollout, version } from './service-rollout.ts';

/** Updates one service, follows that deployment to its end, and rolls it back when it fails. Never throws. */
export async function rollOut(options: ServiceRollout): Promise<ServiceOutcome> {
  const { seen, change, run } = options;
  try {
    switch (change.kind) {
      case 'unchanged':
        return unchanged(options);
      case 'join':
        if (options.inputs.wait.until === 'started') return notWaitedFor(options, change.deployment.id);
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
    // A defect of ours in the middle stays open in the journal, so that post rolls back what was begun.
    const text = isOpen(run.journal, 'service-update', seen.arn)
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
  run.journal.begin({
    kind: 'service-update',
    clusterArn: seen.clusterArn,
    serviceArn: seen.arn,
    taskDefinitionArn,
    deploys: change.deploys,
    previousDeploymentId: seen.primary?.id,
    rollbackTarget,
    rollsBackWhenCutOff:
      inputs.wait.until !== 'started' && inputs.failure.rollback && inputs.failure.onCancel === 'rollback',
    awaitsHealthCheck: inputs.wait.healthCheckUrl !== undefined,
  });
  const updated = await updateService(run, reader, seen, {
    taskDefinitionArn,
    deploys: change.deploys,
    desiredCount: change.desiredCount,
    settings: change.settings.request,
    force: change.force,
  }).catch((error: unknown) => {
    // AWS refused it. Any other error is ours, and says nothing about what AWS did.
    if (isOfAws(error)) run.journal.done(seen.arn);
    throw error;
  });
  if (updated.kind === 'cancelled') {
    run.journal.done(seen.arn);
    return cancelledBefore(options);
  }
  if (updated.kind === 'unknown') return updateUnknown(options, updated.why);
  if (updated.kind === 'superseded') return begunByAnother(options, updated.deployment);

  const deployment = deploymentRefOf(seen, updated.deployment, taskDefinitionArn);
  const deploymentId = deployment.id;
  const isNew = deploymentId !== seen.primary?.id;
  if (isNew && !change.deploys) return besidesAnother(options, updated.deployment);
  run.journal.found(seen.arn, deploymentId);
  say(
    isNew
      ? `deployment ${deploymentId} of ${version(options)} has begun`
      : 'the service was updated; no new deployment was needed',
  );
  if (inputs.wait.until === 'started') {
    run.journal.done(seen.arn);
    return (change.deploys ? notWaitedFor : setNotWaitedFor)(options, deploymentId);
  }
  if (isNew) return followToEnd(options, deployment, { rollbackTarget });
  if (options.follower.inFlight(seen) === undefined) {
    return change.desiredCount === undefined
      ? settingsOnly(options, deploymentId)
      : awaitScale(options, deployment);
  }
  say(`following the deployment ${deploymentId}, which is in flight and not of this run`);
  return followToEnd(options, deployment, undefined);
}
