import { call } from '../aws/call.ts';
import { wordsOf } from '../aws/errors.ts';
import { serviceDeployments as follower } from '../deployment/follow/follower.ts';
import type { RollbackStart } from '../deployment/rollback/rollback-start.ts';
import type { Sentence } from '../deployment/sentence.ts';
import type { DeploymentRef, ServiceRef } from '../reference/deployment.ts';
import { calling, callingUntilDone, type Run } from '../run/run.ts';
import type { Progress, Work } from '../run/work.ts';
import { type BeforeUpdate, takenForOurs } from '../service/find-update.ts';
import type { Reader } from '../service/reader.ts';
import { nameOf } from '../text/words.ts';
import type { Finished, Finisher } from './finisher.ts';
import { recoveryCommands } from './recovery-commands.ts';
import { followOrTell, rollbackOf } from './roll-back.ts';

/** GitHub ends a cancelled job five minutes after the cancel; `post` stays well within. */
const followMinutes = 3;

/**
 * Finishes an update of a service that was cut off: finds its deployment, and rolls it back where the inputs say so and
 * ECS has not completed it meanwhile.
 */
export const finishServiceUpdate: Finisher<'service-update'> = async ({ run, reader }, update, progress) => {
  const service = serviceOf(update);
  const { name } = service;
  const version = nameOf(update.taskDefinitionArn);
  if (!update.deploys) {
    run.journal.done(service.arn);
    return {
      lines: [`${name}: the update only set a count or other settings; nothing to roll back.`],
      isGood: true,
    };
  }
  try {
    const id = progress.foundId ?? (await findDeployment(run, reader, update));
    if (id === undefined) {
      run.journal.done(service.arn);
      return {
        lines: [`${name}: the update to ${version} was never made; nothing to roll back.`],
        isGood: true,
      };
    }
    if (id === update.previousDeploymentId) {
      run.journal.done(service.arn);
      return { lines: [`${name}: the update began no deployment; nothing to roll back.`], isGood: true };
    }
    if (!update.rollsBackWhenCutOff) {
      return {
        lines: [`${name}: the deployment ${id} of ${version} was left to go on, as the inputs say.`],
        isGood: true,
      };
    }
    const deployment: DeploymentRef = { service, id, target: update.taskDefinitionArn };
    return await rollBackUpdate(run, reader, deployment, update, progress);
  } catch (error) {
    return {
      lines: [
        `${name}: what the run left behind can't be seen: ${wordsOf(error)}`,
        ...(await recoveryCommands(run.aws.ecs, service, update.rollbackTarget)),
      ],
      isGood: false,
    };
  }
};

/** The deployment of an UpdateService whose answer the killed run never saw; undefined when it was not made. */
async function findDeployment(
  run: Run,
  reader: Reader,
  update: Work<'service-update'>,
): Promise<string | undefined> {
  const before: BeforeUpdate = {
    service: serviceOf(update),
    primaryId: update.previousDeploymentId,
    taskDefinitionArn: update.taskDefinitionArn,
    begins: { kind: 'always' },
  };
  const found = await follower.find(calling(run), reader, before);
  if (found.kind === 'unclear')
    throw new Error('another deployment is there, and ours is not to be told from it');
  if (found.kind !== 'made') return undefined;
  if (found.deployment.id !== update.previousDeploymentId) run.log.say(takenForOurs(found.deployment));
  return found.deployment.id;
}

async function rollBackUpdate(
  run: Run,
  reader: Reader,
  deployment: DeploymentRef,
  update: Work<'service-update'>,
  progress: Progress,
): Promise<Finished> {
  const rollsBackCompleted = progress.rollsBackCompleted || update.awaitsHealthCheck;
  const { service: ref } = deployment;
  const { rollbackTarget } = update;
  const service = await call(callingUntilDone(run), 'ecs:DescribeServices', (over) =>
    reader.until(over).service(ref.clusterArn, ref.arn),
  );
  const primary = follower.current(service);
  const isCompleted = primary?.id === deployment.id && primary.rolloutState === 'COMPLETED';
  if (isCompleted && !rollsBackCompleted) {
    run.journal.done(ref.arn);
    const { runningCount = 0, desiredCount = 0 } = primary;
    return {
      lines: [
        `${ref.name}: ECS completed the deployment meanwhile, with ${runningCount} of ${desiredCount} tasks; it stays.`,
      ],
      isGood: true,
    };
  }
  const version = `${nameOf(deployment.target)} to ${ref.name}`;
  const cause: Sentence = {
    result: 'cancelled',
    reason: 'cancelled-run',
    text:
      isCompleted && update.awaitsHealthCheck
        ? `ECS completed the deployment of ${version}, but the step ended before health-check-url had answered as wanted.`
        : `The step ended before the deployment of ${version} did.`,
    needsRollback: true,
  };
  const rollbackOptions = rollbackOf(
    { run, reader, follower },
    deployment,
    rollbackTarget,
    rollsBackCompleted,
  );
  // A rollback that the step has asked for by UpdateService is a deployment of its own, and PRIMARY now. The one from
  // before ours is not it: a reading that shows that one is an old one, or ECS rolls back.
  const known = [deployment.id, update.previousDeploymentId];
  const isUnderway =
    progress.isRollingBack &&
    rollbackTarget !== undefined &&
    primary !== undefined &&
    !known.includes(primary.id) &&
    primary.taskDefinition === rollbackTarget.taskDefinitionArn;
  const begun: RollbackStart = isUnderway
    ? {
        kind: 'by-update',
        deploymentId: primary.id,
        taskDefinitionArn: rollbackTarget.taskDefinitionArn,
        left: [],
      }
    : await follower.rollBack(rollbackOptions);
  if (begun.kind === 'by-ecs' || begun.kind === 'by-update') {
    run.log.say(`${ref.name}: following the rollback for at most ${followMinutes} minutes`);
  }
  const taken = await followOrTell(run, rollbackOptions, {
    say: run.log.say,
    cause,
    begun,
    minutes: followMinutes,
  });
  if (!taken.isOver) {
    return {
      lines: [
        `${ref.name}: the rollback was requested; this step was ended before it was done.`,
        ...(await recoveryCommands(run.aws.ecs, ref, rollbackTarget)),
      ],
      isGood: false,
    };
  }
  run.journal.done(ref.arn);
  return {
    lines: [
      taken.sentence.text,
      ...(taken.currentState?.failures ?? []),
      ...(taken.currentState?.runs ?? []),
      ...taken.recovery,
    ],
    isGood: taken.recovery.length === 0,
  };
}

function serviceOf({ serviceArn, clusterArn }: Work<'service-update'>): ServiceRef {
  return { name: nameOf(serviceArn), arn: serviceArn, clusterArn };
}
