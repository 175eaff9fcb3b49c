import { wordsOf } from '../aws/errors.ts';
import type { RollbackEnd, StartedRollback } from '../deployment/rollback/end-of-rollback.ts';
import type { RollbackStart } from '../deployment/rollback/rollback-start.ts';
import type { Sentence } from '../deployment/sentence.ts';
import { untilCancelledFor } from '../process/until-cancelled.ts';
import type { DeploymentRef } from '../reference/deployment.ts';
import type { RollbackTarget } from '../reference/rollback-target.ts';
import { callingUntilDone, type Run } from '../run/run.ts';
import { nameOf } from '../text/words.ts';
import { describeRollback } from './describe-rollback.ts';
import { recoveryCommands } from './recovery-commands.ts';
import { notBegun } from './rollback-not-begun.ts';
import { type FollowedRollback, failed, leftToPost, type RollbackReport } from './rollback-report.ts';
import type { ServiceRollout } from './service-rollout.ts';

type RollingBack = Pick<ServiceRollout, 'run' | 'inputs' | 'reader' | 'follower' | 'say'>;

/**
 * Rolls back and, unless the run has no time for it, follows it to its end. The first cause always stays the
 * first sentence; what the rollback adds comes behind it. Never throws.
 *
 * @param cause the end to roll back from
 * @param isDoubted whether it is rolled back though ECS has completed it, whatever the cause
 */
export async function rollBack(
  options: RollingBack,
  deployment: DeploymentRef,
  rollbackTarget: RollbackTarget | undefined,
  cause: Sentence,
  { waits, isDoubted } = { waits: true, isDoubted: false },
): Promise<RollbackReport> {
  const known = await untilCancelledFor(options.run, leftMilliseconds, () =>
    take(options, deployment, rollbackTarget, cause, { waits, isDoubted }),
  );
  return known === 'cancelled' ? leftToPost(cause) : known;
}

/** A runner ends a cancelled process after 7.5 s: there has to be time for the verdict, whatever AWS does. */
const leftMilliseconds = 6_000;

async function take(
  options: RollingBack,
  deployment: DeploymentRef,
  rollbackTarget: RollbackTarget | undefined,
  cause: Sentence,
  { waits, isDoubted }: { readonly waits: boolean; readonly isDoubted: boolean },
): Promise<RollbackReport> {
  const { run, inputs, follower, say } = options;
  // What failed a check of ours, or has not passed it yet, is rolled back though ECS has completed it; everything else
  // that ECS completes meanwhile stays.
  const rollsBackCompleted =
    isDoubted ||
    cause.reason === 'tasks-failed' ||
    cause.reason === 'test-url' ||
    inputs.wait.healthCheckUrl !== undefined;
  const rollbackOptions = rollbackOf(options, deployment, rollbackTarget, rollsBackCompleted);
  if (!inputs.failure.rollback) {
    return {
      sentence: { ...cause, text: `${cause.text} It was not rolled back, because rollback is false.` },
      recovery: await recoveryCommands(rollbackOptions.ecs, deployment.service, rollbackTarget),
      currentState: undefined,
      isOver: true,
    };
  }
  say(
    `${cause.text} Rolling back${rollbackTarget === undefined ? '' : ` to ${nameOf(rollbackTarget.taskDefinitionArn)}`}.`,
  );
  run.journal.rollingBack(deployment.service.arn, rollsBackCompleted);
  const begun = await follower.rollBack(rollbackOptions);
  // A cancelled run has no time to be patient; `post` has.
  if (begun.kind === 'failed' && run.signal.aborted) return leftToPost(cause);
  const isBegun = begun.kind === 'by-ecs' || begun.kind === 'by-update';
  if (isBegun) say(howItGoes(begun));
  if (isBegun && !waits) {
    return {
      sentence: { ...cause, text: `${cause.text} The rollback was requested; the post step follows it.` },
      recovery: [],
      currentState: undefined,
      isOver: false,
    };
  }
  return followOrTell(run, rollbackOptions, {
    say,
    cause,
    begun,
    minutes: inputs.failure.rollbackWaitMinutes,
  });
}

/** Everything that a rollback works with, from its start to its end. */
export function rollbackOf(
  { run, reader, follower }: Pick<ServiceRollout, 'run' | 'reader' | 'follower'>,
  deployment: DeploymentRef,
  rollbackTarget: RollbackTarget | undefined,
  rollsBackCompleted: boolean,
): FollowedRollback {
  return {
    follower,
    ecs: run.aws.ecs,
    elb: run.aws.elb,
    reader,
    calling: callingUntilDone(run),
    deployment,
    rollbackTarget,
    rollsBackCompleted,
  };
}

interface Following {
  readonly say: (line: string) => void;
  readonly cause: Sentence;
  readonly begun: RollbackStart;
  readonly minutes: number;
}

/**
 * Follows a rollback that has begun, and tells why one has not; also what `post` does after a run that was cut off. Where ECS's own rollback
 * leaves the failed version, because it fails or comes too late, the service is updated to the rollback target instead, once. Never throws.
 */
export async function followOrTell(
  run: Pick<Run, 'clock' | 'signal'>,
  rollbackOptions: FollowedRollback,
  { say, cause, begun, minutes }: Following,
): Promise<RollbackReport> {
  if (begun.kind !== 'by-ecs' && begun.kind !== 'by-update') return notBegun(rollbackOptions, cause, begun);
  const { follower, reader, deployment } = rollbackOptions;
  const until = run.clock.now() + minutes * 60_000;
  const follow = (way: StartedRollback): Promise<RollbackEnd> =>
    follower.awaitRollback({
      reader,
      clock: run.clock,
      say,
      deployment,
      started: way,
      until,
      signal: run.signal,
    });
  try {
    const end = await follow(begun);
    const why = begun.kind === 'by-ecs' ? whyNotBack(end, rollbackOptions) : undefined;
    if (why === undefined) return await describeRollback(rollbackOptions, cause, begun, end, minutes);
    const again = await follower.rollBack(rollbackOptions);
    if (again.kind !== 'by-update')
      return await describeRollback(rollbackOptions, cause, begun, end, minutes);
    say(`${why}; ${howItGoes(again)}`);
    return await describeRollback(rollbackOptions, cause, again, await follow(again), minutes);
  } catch (error) {
    return failed(rollbackOptions, cause, wordsOf(error));
  }
}

/** Why a rollback by ECS has left the new version, though that may not stay; undefined where it has not. */
function whyNotBack(end: RollbackEnd, { rollsBackCompleted }: FollowedRollback): string | undefined {
  if (end.kind === 'failed') return `ECS's own rollback failed (${end.why})`;
  return end.kind === 'completed' && rollsBackCompleted
    ? 'ECS completed the deployment before it rolled back'
    : undefined;
}

function howItGoes(begun: StartedRollback): string {
  if (begun.kind === 'by-update')
    return `rollback requested: deployment ${begun.deploymentId} of ${nameOf(begun.taskDefinitionArn)} has begun`;
  return begun.asked
    ? 'rollback requested: ECS stops the deployment and rolls back'
    : 'ECS is rolling back already';
}
