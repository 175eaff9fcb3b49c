import type { ServiceOutcome } from '../deployment/outcome.ts';
import type { Sentence } from '../deployment/sentence.ts';
import { type OutcomeDetails, serviceOutcome } from '../deployment/service-outcome.ts';
import type { Failure } from '../process/failure.ts';
import type { DeploymentRef } from '../reference/deployment.ts';
import type { RollbackTarget } from '../reference/rollback-target.ts';
import type { IdentifiedDeployment } from '../service/primary.ts';
import { asSentence, nameOf } from '../text/words.ts';
import { rollBack } from './roll-back.ts';
import { type ServiceRollout, version } from './service-rollout.ts';

/** A deployment that this run began. Any other is followed, and never rolled back. */
export interface OwnDeployment {
  readonly rollbackTarget: RollbackTarget | undefined;
}

/**
 * The rollback is begun at once and left to `post`: GitHub gives this process only seconds.
 * @param doubt why the deployment isn't believed, though ECS has completed it: then it is rolled back anyway
 */
export async function cancelled(
  options: ServiceRollout,
  deployment: DeploymentRef,
  own: OwnDeployment | undefined,
  doubt?: Doubt,
): Promise<ServiceOutcome> {
  const { inputs, run, seen, say } = options;
  const deploymentId = deployment.id;
  if (own === undefined || !inputs.failure.rollback || inputs.failure.onCancel === 'leave') {
    run.journal.done(seen.arn);
    const text =
      doubt === 'asked'
        ? `The run was cancelled before health-check-url had answered as wanted; ${version(options)} stays on ${seen.name}, where ECS has completed it.`
        : `The run was cancelled; the deployment of ${version(options)} to ${seen.name} goes on.`;
    return outcome(options, { result: 'cancelled', reason: 'cancelled-run', text }, { deploymentId });
  }
  say('cancelled: requesting the rollback now');
  const report = await rollBack(
    options,
    deployment,
    own.rollbackTarget,
    {
      result: 'cancelled',
      reason: 'cancelled-run',
      text: whenCancelled(doubt, version(options), seen.name),
      needsRollback: true,
    },
    { waits: false, isDoubted: doubt !== undefined },
  );
  if (report.isOver) run.journal.done(seen.arn);
  return outcome(options, report.sentence, { deploymentId, ...report });
}

/** A deployment that ECS has completed: its tasks had failed, or health-check-url has not answered as wanted yet. */
type Doubt = 'watched' | 'asked' | 'early';

function whenCancelled(doubt: Doubt | undefined, name: string, service: string): string {
  switch (doubt) {
    case 'watched':
      return `The run was cancelled while ${name} was being watched: ECS had completed its deployment to ${service}, but tasks of it had failed.`;
    case 'early':
      return `The run was cancelled before all tasks of ${name} ran on ${service}: ECS had called the deployment successful by its early success criteria.`;
    case 'asked':
      return `The run was cancelled before health-check-url had answered as wanted: ECS had completed the deployment of ${name} to ${service}, but it has not passed that check.`;
    case undefined:
      return `The run was cancelled while ${name} was being deployed to ${service}.`;
    default:
      return doubt satisfies never;
  }
}

/** Nothing can be seen any more. What is still permitted is tried: the rollback. */
export async function accessLost(
  options: ServiceRollout,
  deployment: DeploymentRef,
  own: OwnDeployment | undefined,
  failure: Failure,
): Promise<ServiceOutcome> {
  const sentence: Sentence = {
    result: 'failed',
    reason: 'access-lost',
    text: `The deployment of ${version(options)} to ${options.seen.name} can't be followed any more. ${asSentence(failure.message)}`,
    needsRollback: true,
  };
  const report =
    own === undefined ? undefined : await rollBack(options, deployment, own.rollbackTarget, sentence);
  if (report?.isOver !== false) options.run.journal.done(options.seen.arn);
  return outcome(options, report?.sentence ?? sentence, {
    deploymentId: deployment.id,
    advice: failure.advice,
    ...report,
  });
}

/** A count or other settings were set, without a deployment. */
export function setNotWaitedFor(options: ServiceRollout, deploymentId: string): ServiceOutcome {
  const text = `${options.seen.name} has the requested settings; the run did not wait for their effect.`;
  return outcome(options, { result: 'started', reason: 'not-waited-for', text }, { deploymentId });
}

export function notWaitedFor(options: ServiceRollout, deploymentId: string): ServiceOutcome {
  const text = `The deployment of ${version(options)} to ${options.seen.name} has begun; its end was not waited for.`;
  return outcome(options, { result: 'started', reason: 'not-waited-for', text }, { deploymentId });
}

/** Nothing to wait for: ECS takes such settings at once and starts nothing (documented). */
export function settingsOnly(options: ServiceRollout, deploymentId: string): ServiceOutcome {
  const { run, seen } = options;
  run.journal.done(seen.arn);
  const text = `${seen.name} has the requested settings, and runs ${version(options)} as before; they hold for deployments and tasks from now on.`;
  return outcome(options, { result: 'deployed', reason: 'completed', text }, { deploymentId });
}

/** A count or other settings were set, and a deployment is there that such an update does not begin. */
export function besidesAnother(options: ServiceRollout, other: IdentifiedDeployment): ServiceOutcome {
  const { run, seen } = options;
  run.journal.done(seen.arn);
  const text = `${seen.name} has the requested settings. Meanwhile another deployment (${other.id} of ${nameOf(other.taskDefinition)}) began, which is not of this run; it was left alone.`;
  return outcome(options, { result: 'superseded', reason: 'another-deployment', text });
}

/** Nothing was done: somebody else was first, and began a deployment of the same revision. */
export function begunByAnother(options: ServiceRollout, other: IdentifiedDeployment): ServiceOutcome {
  const { run, seen } = options;
  run.journal.done(seen.arn);
  const text = `${seen.name} was not updated: somebody else began a deployment of ${version(options)} (${other.id}) before ECS took this run's update; it was left alone.`;
  return outcome(options, { result: 'superseded', reason: 'another-deployment', text });
}

export function updateUnknown(options: ServiceRollout, why: string): ServiceOutcome {
  const { seen, run } = options;
  return outcome(
    options,
    {
      result: run.signal.aborted ? 'cancelled' : 'failed',
      reason: 'update-unknown',
      text: `Whether ${seen.name} was updated to ${version(options)} is not known: ${why}`,
    },
    { recovery: [`aws ecs describe-services --cluster ${seen.clusterArn} --services ${seen.name}`] },
  );
}

/** Nothing to do: the service has this version already. */
export function unchanged(options: ServiceRollout): ServiceOutcome {
  const { seen } = options;
  const text =
    seen.service.desiredCount === 0
      ? `${seen.name} already has ${version(options)}, completed, and runs no task of it (its desired count is 0); nothing to do.`
      : `${seen.name} already runs ${version(options)}, completed; nothing to do.`;
  return outcome(options, { result: 'unchanged', reason: 'no-change', text });
}

export function cancelledBefore(options: ServiceRollout): ServiceOutcome {
  return outcome(options, {
    result: 'cancelled',
    reason: 'cancelled',
    text: `The run was cancelled before ${options.seen.name} was touched.`,
  });
}

/** An end of a rollout as the outcome of its service. */
export function outcome(
  { seen, taskDefinitionArn }: ServiceRollout,
  end: Pick<Sentence, 'result' | 'reason' | 'text' | 'advice'>,
  details?: OutcomeDetails,
): ServiceOutcome {
  const versions = { taskDefinitionArn, previousTaskDefinitionArn: seen.taskDefinitionArn };
  return serviceOutcome(seen, versions, end, { advice: end.advice, ...details });
}
