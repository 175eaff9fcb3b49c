import type { RollbackEnd, StartedRollback } from '../deployment/rollback/end-of-rollback.ts';
import type { Sentence } from '../deployment/sentence.ts';
import { notBegun } from './rollback-not-begun.ts';
import { type FollowedRollback, failed, leftToPost, type RollbackReport } from './rollback-report.ts';
import { rolledBack } from './rolled-back.ts';

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
      return rolledBack(rollbackOptions, cause, begun, end);
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
