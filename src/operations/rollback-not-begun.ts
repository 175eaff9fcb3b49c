import type { RollbackEnd, StartedRollback } from '../deployment/rollback/end-of-rollback.ts';
import type { RollbackStart } from '../deployment/rollback/rollback-start.ts';
import type { Sentence } from '../deployment/sentence.ts';
import { asSentence } from '../text/words.ts';
import { type FollowedRollback, leftForPerson, type RollbackReport } from './rollback-report.ts';

/** There was nothing to roll back, or no way to do it. */
export async function notBegun(
  rollbackOptions: FollowedRollback,
  cause: Sentence,
  begun: Exclude<RollbackStart, StartedRollback> | (RollbackEnd & { kind: 'completed' | 'not-ours' }),
): Promise<RollbackReport> {
  const over = { recovery: [], currentState: undefined, isOver: true };
  const left = async (sentence: Sentence): Promise<RollbackReport> => ({
    sentence,
    ...(await leftForPerson(rollbackOptions)),
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
    case 'completed':
      return { ...over, sentence: completedAnyway(cause, begun) };
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

/** ECS was faster: the deployment stays, and the sentence says what it has proven. */
function completedAnyway(cause: Sentence, end: RollbackEnd & { kind: 'completed' }): Sentence {
  const { failures = 0 } = cause;
  const counts = `${end.running} of ${end.desired} tasks`;
  const stays =
    end.desired === 0
      ? 'which proves nothing about it. It stays.'
      : failures > 0
        ? `after ${failures} of its tasks had failed. It stays.`
        : 'and it stays.';
  const done = `Before it could be rolled back, ECS completed it with ${counts}, ${stays}`;
  const isShort = end.running < end.desired;
  const reason =
    end.desired === 0
      ? 'nothing-proven'
      : failures > 0
        ? 'completed-after-failures'
        : isShort
          ? 'completed-short'
          : 'completed';
  return cause.result === 'cancelled'
    ? { ...cause, text: `${cause.text} ${done}` }
    : { ...cause, result: 'deployed', reason, text: `${cause.text} ${done}` };
}

/** The reason is often the one that ended the deployment, e.g. an expired session. */
function couldNotRequest(text: string, why: string): string {
  return text.includes(why)
    ? 'The rollback could not be requested, for the same reason.'
    : `The rollback could not be requested: ${asSentence(why)}`;
}
