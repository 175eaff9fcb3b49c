import { call } from '../aws/call.ts';
import { wordsOf } from '../aws/errors.ts';
import type { RollbackStart } from '../deployment/rollback/rollback-start.ts';
import { startRollback } from '../deployment/rollback/start-rollback.ts';
import type { Sentence } from '../deployment/sentence.ts';
import { removeDockerConfig } from '../docker/login.ts';
import { killOrphans } from '../docker/orphans.ts';
import { markVariable } from '../process/child-environment.ts';
import type { DeploymentRef, ServiceRef } from '../reference/deployment.ts';
import { type Unfinished, type Update, unfinished } from '../run/journal.ts';
import { calling, callingUntilDone, type Run } from '../run/run.ts';
import { type BeforeUpdate, findUpdate, takenForOurs } from '../service/find-update.ts';
import { primaryOf } from '../service/primary.ts';
import { createReader, type Reader } from '../service/reader.ts';
import { nameOf } from '../text/words.ts';
import { recoveryCommands } from './recovery-commands.ts';
import { followOrTell, rollbackOf } from './roll-back.ts';

/** GitHub ends a cancelled job five minutes after the cancel; `post` stays well within. */
const followMinutes = 3;

/** What `post` found and did, for the log and the exit code. */
export interface Finished {
  readonly lines: readonly string[];
  readonly isGood: boolean;
}

/**
 * Finishes what a step that was cancelled or killed has left open: its docker commands and configuration, and its rollouts. Does
 * nothing after a run that came to its end. Never throws.
 */
export async function finish(run: Run): Promise<readonly Finished[]> {
  const open = unfinished(run.journal.entries);
  await Promise.all([
    ...open.dockerLooks.map((mark) => killOrphans(markVariable, mark)),
    ...open.dockerConfigs.map(async (path) => {
      await killOrphans('DOCKER_CONFIG', path);
      await removeDockerConfig(path).catch(() => undefined);
    }),
  ]);
  const reader = createReader(run.aws.ecs, run.clock);
  return Promise.all(open.rollouts.map((one) => finishRollout(run, reader, one)));
}

async function finishRollout(
  run: Run,
  reader: Reader,
  { update, deploymentId, rollbackBegun, rollsBackCompleted }: Unfinished['rollouts'][number],
): Promise<Finished> {
  const service = serviceOf(update);
  const { name } = service;
  const version = nameOf(update.taskDefinitionArn);
  if (!update.deploys) {
    run.journal.note({ kind: 'settled', serviceArn: update.serviceArn });
    return {
      lines: [`${name}: the update only set a count or other settings; nothing to undo.`],
      isGood: true,
    };
  }
  try {
    const id = deploymentId ?? (await findDeployment(run, reader, update));
    if (id === undefined) {
      run.journal.note({ kind: 'settled', serviceArn: update.serviceArn });
      return { lines: [`${name}: the update to ${version} was never made; nothing to undo.`], isGood: true };
    }
    if (id === update.previousDeploymentId) {
      run.journal.note({ kind: 'settled', serviceArn: update.serviceArn });
      return { lines: [`${name}: the update began no deployment; nothing to undo.`], isGood: true };
    }
    if (!update.rollsBackWhenCutOff) {
      return {
        lines: [`${name}: the deployment ${id} of ${version} was left to go on, as the inputs say.`],
        isGood: true,
      };
    }
    return await takeBack(run, reader, { service, id, target: update.taskDefinitionArn }, update, {
      rollbackBegun,
      rollsBackCompleted,
    });
  } catch (error) {
    return {
      lines: [
        `${name}: what the run left behind can't be seen: ${wordsOf(error)}`,
        ...(await recoveryCommands(run.aws.ecs, service, update.rollbackTarget)),
      ],
      isGood: false,
    };
  }
}

/** The deployment of an UpdateService whose answer the killed run never saw; undefined when it was not made. */
async function findDeployment(run: Run, reader: Reader, update: Update): Promise<string | undefined> {
  const before: BeforeUpdate = {
    service: serviceOf(update),
    primaryId: update.previousDeploymentId,
    taskDefinitionArn: update.taskDefinitionArn,
    begins: { kind: 'always' },
  };
  const found = await findUpdate(calling(run), reader, before);
  if (found.kind === 'unclear')
    throw new Error('another deployment is there, and ours is not to be told from it');
  if (found.kind !== 'made') return undefined;
  if (found.deployment.id !== update.previousDeploymentId) run.log.say(takenForOurs(found.deployment));
  return found.deployment.id;
}

async function takeBack(
  run: Run,
  reader: Reader,
  deployment: DeploymentRef,
  update: Update,
  {
    rollbackBegun,
    rollsBackCompleted,
  }: Pick<Unfinished['rollouts'][number], 'rollbackBegun' | 'rollsBackCompleted'>,
): Promise<Finished> {
  const { service: ref } = deployment;
  const { rollbackTarget } = update;
  const service = await call(callingUntilDone(run), 'ecs:DescribeServices', (over) =>
    reader.until(over).service(ref.clusterArn, ref.arn),
  );
  const primary = primaryOf(service);
  const isCompleted = primary?.id === deployment.id && primary.rolloutState === 'COMPLETED';
  if (isCompleted && !rollsBackCompleted) {
    run.journal.note({ kind: 'settled', serviceArn: ref.arn });
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
  const rollbackOptions = rollbackOf(run, reader, deployment, rollbackTarget, rollsBackCompleted);
  // A rollback that the step has asked for by UpdateService is a deployment of its own, and PRIMARY now. The one from
  // before ours is not it: a reading that shows that one is an old one, or ECS rolls back.
  const known = [deployment.id, update.previousDeploymentId];
  const isUnderway =
    rollbackBegun &&
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
    : await startRollback(rollbackOptions);
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
  run.journal.note({ kind: 'settled', serviceArn: ref.arn });
  return {
    lines: [
      taken.sentence.text,
      ...(taken.currentState?.failures ?? []),
      ...(taken.currentState?.runs ?? []),
      ...taken.mend,
    ],
    isGood: taken.mend.length === 0,
  };
}

function serviceOf({ serviceArn, cluster }: Update): ServiceRef {
  return { name: nameOf(serviceArn), arn: serviceArn, clusterArn: cluster };
}
