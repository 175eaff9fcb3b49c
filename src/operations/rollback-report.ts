import type { Follower } from '../deployment/follow/follower.ts';
import type { CurrentState } from '../deployment/outcome.ts';
import { readCurrentState } from '../deployment/rollback/current-state.ts';
import type { RollbackEnd, StartedRollback } from '../deployment/rollback/end-of-rollback.ts';
import type { RollbackOptions, RollbackStart } from '../deployment/rollback/rollback-start.ts';
import type { Sentence } from '../deployment/sentence.ts';
import { asSentence, nameOf } from '../text/words.ts';
import { recoveryCommands } from './recovery-commands.ts';

/** All that a rollback works with, from its start to its end. */
export interface FollowedRollback extends RollbackOptions {
  readonly follower: Follower;
}

/** What became of a rollback, in the words of the outcome. */
export interface RollbackReport {
  readonly sentence: Sentence;
  readonly recovery: readonly string[];
  readonly currentState: CurrentState | undefined;
  /** How many tasks the version that is back is to have; undefined where none is back. */
  readonly desired?: number;
  /** Whether nothing is left to do; if not, `post` follows the rollback to its end. */
  readonly isOver: boolean;
}

/** How a rollback that was followed ended. */
export async function describeRollback(
  rollbackOptions: FollowedRollback,
  cause: Sentence,
  begun: StartedRollback,
  end: RollbackEnd,
  minutes: number,
): Promise<RollbackReport> {
  switch (end.kind) {
    case 'back':
      return back(rollbackOptions, cause, begun, end);
    case 'completed':
    case 'not-ours':
      return notBegun(rollbackOptions, cause, end);
    case 'failed':
      return failed(rollbackOptions, cause, end.why);
    case 'out-of-time':
      return failed(rollbackOptions, cause, `it was not done after ${minutes} minutes`);
    case 'interrupted':
      return leftToPost(cause);
    default:
      return end satisfies never;
  }
}

/** A cancel has cut the rollback short, before or after AWS answered its request. */
export function leftToPost(cause: Sentence): RollbackReport {
  return {
    sentence: {
      ...cause,
      result: 'cancelled',
      text:
        cause.result === 'cancelled'
          ? `${cause.text} AWS has not answered the request for the rollback yet; the post step goes on with it.`
          : `${cause.text} The run was cancelled during the rollback; the post step follows it.`,
    },
    recovery: [],
    currentState: undefined,
    isOver: false,
  };
}

/** The old version is PRIMARY and COMPLETED. Whether it is the same as before is looked up, not taken for granted. */
async function back(
  rollbackOptions: FollowedRollback,
  cause: Sentence,
  begun: StartedRollback,
  { taskDefinitionArn, deploymentId, running, desired, isCompleted }: RollbackEnd & { kind: 'back' },
): Promise<RollbackReport> {
  const { follower, reader, deployment, rollbackTarget } = rollbackOptions;
  const isCopy = begun.kind === 'by-update' && begun.taskDefinitionArn !== rollbackTarget?.taskDefinitionArn;
  const { name, arn, clusterArn } = deployment.service;
  const service = await reader.service(clusterArn, arn).catch(() => undefined);
  const verified =
    rollbackTarget === undefined
      ? undefined
      : await follower.verify(rollbackOptions, rollbackTarget, service, deploymentId, isCopy);
  const runs = `${name} runs ${nameOf(taskDefinitionArn)} again, ${Math.min(running, desired)} of ${desired} tasks`;
  if (verified?.kind === 'other-image') {
    return failed(rollbackOptions, cause, `${runs}, but ${verified.says}`);
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
    recovery: [],
    currentState: undefined,
    desired,
    isOver: true,
  };
}

/** Says which settings stay as somebody else has set them since. */
export function leftAlone(left: readonly string[]): readonly string[] {
  return left.length === 0
    ? []
    : [` Not restored, because somebody else changed it since: ${left.join('; ')}.`];
}

/** The rollback did not reach its target: what runs now, and what a person has to do. */
export async function failed(
  rollbackOptions: FollowedRollback,
  cause: Sentence,
  why: string,
): Promise<RollbackReport> {
  return {
    sentence: {
      ...cause,
      result: 'rollback-failed',
      text: `${cause.text} The rollback failed: ${asSentence(why)}`,
    },
    recovery: await commandsFor(rollbackOptions),
    currentState: await readCurrentState(rollbackOptions.reader, rollbackOptions.deployment),
    isOver: true,
  };
}

function commandsFor({ ecs, deployment, rollbackTarget }: FollowedRollback): Promise<readonly string[]> {
  return recoveryCommands(ecs, deployment.service, rollbackTarget);
}

/** There was nothing to roll back, or no way to do it. */
export async function notBegun(
  rollbackOptions: FollowedRollback,
  cause: Sentence,
  begun: Exclude<RollbackStart, StartedRollback> | (RollbackEnd & { kind: 'completed' | 'not-ours' }),
): Promise<RollbackReport> {
  const over = { recovery: [], currentState: undefined, isOver: true };
  const left = async (sentence: Sentence): Promise<RollbackReport> => ({
    sentence,
    recovery: await commandsFor(rollbackOptions),
    currentState: await readCurrentState(rollbackOptions.reader, rollbackOptions.deployment),
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
          text:
            begun.primaryId === undefined
              ? `${cause.text} The service shows no PRIMARY deployment any more, so there was nothing to roll back.`
              : `${cause.text} Meanwhile another deployment (${begun.primaryId}) has taken its place; it was left alone.`,
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
        text: `${cause.text} ${couldNotRequest(cause.text, begun.why)}`,
      });
    default:
      return begun satisfies never;
  }
}

/** The reason is often the one that ended the deployment, e.g. an expired session. */
function couldNotRequest(text: string, why: string): string {
  return text.includes(why)
    ? 'The rollback could not be requested, for the same reason.'
    : `The rollback could not be requested: ${asSentence(why)}`;
}
