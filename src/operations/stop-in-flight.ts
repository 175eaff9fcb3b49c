import { followerOf } from '../deployment/follow/follower.ts';
import type { ServiceOutcome } from '../deployment/outcome.ts';
import type { RollbackOptions, RollbackStart } from '../deployment/rollback/rollback-start.ts';
import type { Sentence } from '../deployment/sentence.ts';
import { serviceOutcome } from '../deployment/service-outcome.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { DeploymentRef } from '../reference/deployment.ts';
import type { RollbackTarget } from '../reference/rollback-target.ts';
import type { Run } from '../run/run.ts';
import type { ServiceState } from '../service/describe.ts';
import type { Reader } from '../service/reader.ts';
import { nameOf } from '../text/words.ts';
import { followOrTell, rollbackOf } from './roll-back.ts';

/**
 * Stops the deployment that is in flight with a rollback and follows that to its end: ECS returns to the last good
 * version without a deployment of a revision in between. The journal has it as a deployment to roll back, so that
 * `post` goes on with it when the step is cut off. Never throws.
 */
export async function stopInFlight(
  inputs: Inputs,
  run: Run,
  reader: Reader,
  {
    seen,
    deployment,
    rollsBackCompleted,
    begin,
  }: {
    readonly seen: ServiceState;
    readonly deployment: DeploymentRef;
    /** Whether it is rolled back though it completes meanwhile. */
    readonly rollsBackCompleted: boolean;
    /** Another way to begin the rollback than that of a failed deployment. */
    readonly begin?: (options: RollbackOptions) => Promise<RollbackStart>;
  },
): Promise<ServiceOutcome> {
  const rollbackTarget: RollbackTarget | undefined =
    seen.rollbackTarget === undefined ? undefined : { ...seen.rollbackTarget, settings: [] };
  const { id: deploymentId, target: taskDefinitionArn } = deployment;
  const { arn: serviceArn, clusterArn } = deployment.service;
  run.journal.begin({
    kind: 'service-update',
    clusterArn,
    serviceArn,
    taskDefinitionArn,
    deploys: true,
    previousDeploymentId: undefined,
    rollbackTarget,
    rollsBackWhenCutOff: true,
    awaitsHealthCheck: false,
  });
  run.journal.found(serviceArn, deploymentId);
  run.journal.rollingBack(serviceArn, rollsBackCompleted);
  const follower = followerOf(seen);
  const rollbackOptions = rollbackOf(
    { run, reader, follower },
    deployment,
    rollbackTarget,
    rollsBackCompleted,
  );
  const begun = await (begin === undefined ? follower.rollBack(rollbackOptions) : begin(rollbackOptions));
  const say = run.log.say;
  if (begun.kind === 'by-ecs')
    say(
      begun.asked
        ? `requested that ECS stops ${deploymentId} and rolls back`
        : `ECS stops ${deploymentId} and rolls back`,
    );
  if (begun.kind === 'by-update') say(`deployment ${begun.deploymentId} takes its place`);
  const taken =
    inputs.wait.until !== 'started'
      ? await followOrTell(run, rollbackOptions, {
          say,
          cause: causeOf(deployment),
          begun,
          minutes: inputs.failure.rollbackWaitMinutes,
        })
      : undefined;
  if (taken?.isOver !== false) run.journal.done(serviceArn);
  const sentence: Sentence =
    taken === undefined ? notWaitedFor(deployment) : asRequested(taken.sentence, taken.desired);
  const versions = {
    taskDefinitionArn: rollbackTarget?.taskDefinitionArn,
    previousTaskDefinitionArn: taskDefinitionArn,
  };
  return serviceOutcome(seen, versions, sentence, {
    deploymentId,
    currentState: taken?.currentState,
    recovery: taken?.recovery,
  });
}

function causeOf({ target, service }: DeploymentRef): Sentence {
  return {
    result: 'failed',
    reason: 'stopped-by-person',
    text: `${nameOf(target)} was being deployed to ${service.name} and was stopped, as asked.`,
    needsRollback: true,
  };
}

/** What a failed deployment calls rolled back is here what was wanted, and what it calls good is not. */
export function asRequested(sentence: Sentence, desired?: number): Sentence {
  if (sentence.result === 'rolled-back') {
    return { ...sentence, result: 'deployed', reason: desired === 0 ? 'nothing-proven' : 'completed' };
  }
  if (sentence.result !== 'deployed') return sentence;
  const text = `${sentence.text} To go back from it, use operation: rollback.`;
  return { ...sentence, result: 'failed', reason: 'stopped-by-person', text };
}

function notWaitedFor({ target, service }: DeploymentRef): Sentence {
  return {
    result: 'started',
    reason: 'not-waited-for',
    text: `The deployment of ${nameOf(target)} to ${service.name} is being rolled back; its end was not waited for.`,
    needsRollback: false,
  };
}
