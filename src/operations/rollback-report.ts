import type { Follower } from '../deployment/follow/follower.ts';
import type { CurrentState } from '../deployment/outcome.ts';
import { readCurrentState } from '../deployment/rollback/current-state.ts';
import type { RollbackOptions } from '../deployment/rollback/rollback-start.ts';
import type { Sentence } from '../deployment/sentence.ts';
import type { TrafficContext } from '../deployment/verify-traffic.ts';
import { asSentence } from '../text/words.ts';
import { recoveryCommands } from './recovery-commands.ts';

/** All that a rollback works with, from its start to its end. */
export interface FollowedRollback extends RollbackOptions, TrafficContext {
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
    ...(await leftForPerson(rollbackOptions)),
  };
}

/** The rest of a report about a service that a person has to look after: the commands, and what runs now. */
export async function leftForPerson(
  rollbackOptions: FollowedRollback,
): Promise<Omit<RollbackReport, 'sentence'>> {
  const { ecs, deployment, rollbackTarget } = rollbackOptions;
  return {
    recovery: await recoveryCommands(ecs, deployment.service, rollbackTarget),
    currentState: await readCurrentState(rollbackOptions, deployment),
    isOver: true,
  };
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

/** Says which settings stay as somebody else has set them since. */
export function leftAlone(left: readonly string[]): readonly string[] {
  return left.length === 0
    ? []
    : [` Not restored, because somebody else changed it since: ${left.join('; ')}.`];
}
