import type { Aftermath } from '../deployment/outcome.ts';
import { readAftermath } from '../deployment/rollback/aftermath.ts';
import type { Undone } from '../deployment/rollback/end-of-undo.ts';
import type { Undo, UndoOptions } from '../deployment/rollback/undo-options.ts';
import { verifyWayBack } from '../deployment/rollback/verify.ts';
import type { Sentence } from '../deployment/sentence.ts';
import { asSentence, nameOf } from '../text/words.ts';
import { recoveryCommands } from './recovery-commands.ts';

/** What became of an undo, in the words of the outcome. */
export interface WayBackTaken {
  readonly sentence: Sentence;
  readonly mend: readonly string[];
  readonly aftermath: Aftermath | undefined;
  /** How many tasks the version that is back shall have; undefined where none is. */
  readonly desired?: number;
  /** Whether nothing is left to do; if not, `post` follows the rollback to its end. */
  readonly isOver: boolean;
}

/** An undo that is under way. */
export type Begun = Undo & { kind: 'by-ecs' | 'by-update' };

/** What an undo that was followed has come to. */
export async function wordsOfUndo(
  undoing: UndoOptions,
  cause: Sentence,
  begun: Begun,
  end: Undone,
  minutes: number,
): Promise<WayBackTaken> {
  switch (end.kind) {
    case 'back':
      return back(undoing, cause, begun, end);
    case 'completed':
    case 'not-ours':
      return notBegun(undoing, cause, end);
    case 'failed':
      return failed(undoing, cause, end.why);
    case 'out-of-time':
      return failed(undoing, cause, `it was not done after ${minutes} minutes`);
    case 'interrupted':
      return leftToPost(cause);
    default:
      return end satisfies never;
  }
}

/** A cancel has cut the rollback short, before or after AWS answered its request. */
export function leftToPost(cause: Sentence): WayBackTaken {
  return {
    sentence: {
      ...cause,
      result: 'cancelled',
      text:
        cause.result === 'cancelled'
          ? `${cause.text} AWS has not answered the request for the rollback yet; the post step goes on with it.`
          : `${cause.text} The run was cancelled during the rollback; the post step follows it.`,
    },
    mend: [],
    aftermath: undefined,
    isOver: false,
  };
}

/** The old version is PRIMARY and COMPLETED. Whether it is the same as before is looked up, not taken for granted. */
async function back(
  undoing: UndoOptions,
  cause: Sentence,
  begun: Begun,
  { taskDefinitionArn, deploymentId, running, desired, isCompleted }: Undone & { kind: 'back' },
): Promise<WayBackTaken> {
  const { reader, rollout, wayBack } = undoing;
  const isCopy = begun.kind === 'by-update' && begun.taskDefinitionArn !== wayBack?.taskDefinitionArn;
  const service = await reader.service(rollout.clusterArn, rollout.serviceArn).catch(() => undefined);
  const verified =
    wayBack === undefined ? undefined : await verifyWayBack(undoing, wayBack, service, deploymentId, isCopy);
  const runs = `${rollout.serviceName} runs ${nameOf(taskDefinitionArn)} again, ${Math.min(running, desired)} of ${desired} tasks`;
  if (verified?.kind === 'other-image') {
    return failed(undoing, cause, `${runs}, but ${verified.says}`);
  }
  const note = [
    ...leftAlone(begun.left),
    ...(verified?.kind === 'other-version' ? [` ${verified.says}.`] : []),
    ...(isCompleted ? [] : [' ECS has not completed that yet: tasks still drain, or a bake time runs.']),
  ].join('');
  const proof = verified?.kind === 'same' ? ', with the same images as before' : '';
  return {
    sentence: {
      ...cause,
      result: cause.result === 'cancelled' ? 'cancelled' : 'rolled-back',
      text: `${cause.text} Rolled back: ${runs}${proof}.${note}`,
    },
    mend: [],
    aftermath: undefined,
    desired,
    isOver: true,
  };
}

/** What others have set since stays, and is told. */
export function leftAlone(left: readonly string[]): readonly string[] {
  return left.length === 0 ? [] : [` Left alone, because it was changed since: ${left.join('; ')}.`];
}

/** The way back was not reached: what runs now, and what a person has to do. */
export async function failed(undoing: UndoOptions, cause: Sentence, why: string): Promise<WayBackTaken> {
  return {
    sentence: {
      ...cause,
      result: 'rollback-failed',
      text: `${cause.text} The rollback failed: ${asSentence(why)}`,
    },
    mend: await recoveryCommands(undoing),
    aftermath: await readAftermath(undoing.reader, undoing.rollout),
    isOver: true,
  };
}

/** There was nothing to undo, or no way to do it. */
export async function notBegun(
  undoing: UndoOptions,
  cause: Sentence,
  begun: Exclude<Undo, Begun> | (Undone & { kind: 'completed' | 'not-ours' }),
): Promise<WayBackTaken> {
  const over = { mend: [], aftermath: undefined, isOver: true };
  const left = async (sentence: Sentence): Promise<WayBackTaken> => ({
    sentence,
    mend: await recoveryCommands(undoing),
    aftermath: await readAftermath(undoing.reader, undoing.rollout),
    isOver: true,
  });
  switch (begun.kind) {
    case 'not-ours':
      return {
        ...over,
        sentence: {
          ...cause,
          result: 'superseded',
          reason: 'another-deployment',
          text: `${cause.text} Meanwhile another deployment (${begun.primaryId}) has taken its place; it was left alone.`,
        },
      };
    case 'completed': {
      const { failures = 0 } = cause;
      const counts = `${begun.running} of ${begun.desired} tasks`;
      const stays =
        begun.desired === 0
          ? 'which proves nothing about it. It stays.'
          : failures > 0
            ? `after ${failures} of its tasks had failed. It stays.`
            : 'and it stays.';
      const done = `Before it could be rolled back, ECS completed it with ${counts}, ${stays}`;
      const isShort = begun.running < begun.desired;
      const reason =
        begun.desired === 0
          ? 'nothing-proven'
          : failures > 0
            ? 'completed-after-failures'
            : isShort
              ? 'completed-short'
              : 'completed';
      return {
        ...over,
        sentence:
          cause.result === 'cancelled'
            ? { ...cause, text: `${cause.text} ${done}` }
            : { ...cause, result: 'deployed', reason, text: `${cause.text} ${done}` },
      };
    }
    case 'no-way-back':
      return left({
        ...cause,
        result: cause.result === 'cancelled' ? 'cancelled' : 'failed',
        text: `${cause.text} There is no version to go back to: no deployment of this service has ever completed.`,
      });
    case 'failed':
      return left({
        ...cause,
        result: 'rollback-failed',
        text: `${cause.text} The rollback could not be requested: ${asSentence(begun.why)}`,
      });
    default:
      return begun satisfies never;
  }
}
