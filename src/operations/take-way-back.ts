import { wordsOf } from '../aws/errors.ts';
import { awaitUndo } from '../rollout/await-undo.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { nameOf, type Sentence } from '../rollout/sentence.ts';
import { putSettingsBack, type Undo, undo } from '../rollout/undo.ts';
import { callingUntilDone, type Run } from '../run.ts';
import type { WayBack } from '../service/way-back.ts';
import type { RollOut } from './roll-out.ts';

/** What became of an undo, in the words of the outcome. */
export interface WayBackTaken {
  readonly sentence: Sentence;
  readonly mend: readonly string[];
  /** Whether nothing is left to do; if not, `post` follows the rollback to its end. */
  readonly isOver: boolean;
}

/**
 * Takes the way back and, unless the run has no time for it, follows it to its end. The first cause always stays the
 * first sentence; what the rollback adds comes behind it. Never throws.
 *
 * @param cause the end that has to be undone
 */
export async function takeWayBack(
  options: Pick<RollOut, 'run' | 'inputs' | 'reader' | 'say'>,
  rollout: Rollout,
  wayBack: WayBack | undefined,
  cause: Sentence,
  { waits } = { waits: true },
): Promise<WayBackTaken> {
  const { run, inputs, reader, say } = options;
  const mend = mendCommands(rollout, wayBack);
  if (!inputs.failure.rollback) {
    return {
      sentence: { ...cause, text: `${cause.text} It was not rolled back, because rollback is false.` },
      mend,
      isOver: true,
    };
  }
  say(
    `${cause.text} Rolling back${wayBack === undefined ? '' : ` to ${nameOf(wayBack.taskDefinitionArn)}`}.`,
  );
  run.journal.note({ kind: 'undo', serviceArn: rollout.serviceArn });
  const undoing = { ecs: run.aws.ecs, reader, calling: callingUntilDone(run), rollout, wayBack };
  const begun = await undo(undoing);
  if (begun.kind === 'by-ecs') await putSettingsBack(undoing);
  if (begun.kind !== 'by-ecs' && begun.kind !== 'by-update') {
    return {
      sentence: withoutRollback(cause, begun),
      mend: begun.kind === 'not-ours' ? [] : mend,
      isOver: true,
    };
  }
  say(howItGoes(begun));
  if (!waits) {
    return {
      sentence: { ...cause, text: `${cause.text} The rollback was requested; the post step follows it.` },
      mend: [],
      isOver: false,
    };
  }
  return followWayBack(run, {
    reader,
    say,
    rollout,
    wayBack,
    cause,
    begun,
    minutes: inputs.failure.rollbackWaitMinutes,
  });
}

/** Follows an undo that has begun; also what `post` does after a run that was cut off. Never throws. */
export async function followWayBack(
  run: Pick<Run, 'clock' | 'signal'>,
  {
    reader,
    say,
    rollout,
    wayBack,
    cause,
    begun,
    minutes,
  }: Pick<RollOut, 'reader' | 'say'> & {
    readonly rollout: Rollout;
    readonly wayBack: WayBack | undefined;
    readonly cause: Sentence;
    readonly begun: Undo & { kind: 'by-ecs' | 'by-update' };
    readonly minutes: number;
  },
): Promise<WayBackTaken> {
  const mend = mendCommands(rollout, wayBack);
  const failed = (why: string): WayBackTaken => ({
    sentence: { ...cause, result: 'rollback-failed', text: `${cause.text} The rollback failed: ${why}.` },
    mend,
    isOver: true,
  });
  try {
    const end = await awaitUndo({
      reader,
      clock: run.clock,
      say,
      rollout,
      undone: begun,
      limitMinutes: minutes,
      signal: run.signal,
    });
    switch (end.kind) {
      case 'back': {
        const result = cause.result === 'cancelled' ? 'cancelled' : 'rolled-back';
        const text = `${cause.text} Rolled back: ${rollout.serviceName} runs ${nameOf(end.taskDefinitionArn)} again, ${end.running} of ${end.desired} tasks.`;
        return { sentence: { ...cause, result, text }, mend: [], isOver: true };
      }
      case 'not-ours':
        return { sentence: withoutRollback(cause, end), mend: [], isOver: true };
      case 'failed':
        return failed(end.why);
      case 'out-of-time':
        return failed(`it was not done after ${end.minutes} minutes`);
      case 'interrupted':
        return {
          sentence: {
            ...cause,
            text: `${cause.text} The run was cancelled during the rollback; the post step follows it.`,
          },
          mend: [],
          isOver: false,
        };
      default:
        return end satisfies never;
    }
  } catch (error) {
    return failed(wordsOf(error));
  }
}

function howItGoes(begun: Undo & { kind: 'by-ecs' | 'by-update' }): string {
  if (begun.kind === 'by-update')
    return `rollback requested: deployment ${begun.deploymentId} of ${nameOf(begun.taskDefinitionArn)} has begun`;
  return begun.asked
    ? 'rollback requested: ECS stops the deployment and rolls back'
    : 'ECS is rolling back already';
}

function withoutRollback(
  cause: Sentence,
  begun: Undo & { kind: 'not-ours' | 'no-way-back' | 'failed' },
): Sentence {
  switch (begun.kind) {
    case 'not-ours':
      return {
        ...cause,
        result: 'superseded',
        reason: 'another-deployment',
        text: `${cause.text} Meanwhile another deployment (${begun.primaryId}) has taken its place; it was left alone.`,
      };
    case 'no-way-back':
      return {
        ...cause,
        result: cause.result === 'cancelled' ? 'cancelled' : 'failed',
        text: `${cause.text} There is no version to go back to: no deployment of this service has ever completed.`,
      };
    case 'failed':
      return {
        ...cause,
        result: 'rollback-failed',
        text: `${cause.text} The rollback could not be requested: ${begun.why}`,
      };
    default:
      return begun satisfies never;
  }
}

/** What a person runs to see what is there, and to put it right. */
export function mendCommands(rollout: Rollout, wayBack: WayBack | undefined): readonly string[] {
  const where = `--cluster ${rollout.clusterArn} --service ${rollout.serviceName}`;
  const look = `aws ecs describe-services --cluster ${rollout.clusterArn} --services ${rollout.serviceName} --query 'services[0].deployments'`;
  if (wayBack === undefined) return [look, `aws ecs update-service ${where} --desired-count 0`];
  const count = wayBack.settings.desiredCount;
  return [
    look,
    `aws ecs update-service ${where} --task-definition ${nameOf(wayBack.taskDefinitionArn)}${count === undefined ? '' : ` --desired-count ${count}`} --force-new-deployment`,
  ];
}
