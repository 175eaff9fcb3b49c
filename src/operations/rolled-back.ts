import type { RollbackEnd, StartedRollback } from '../deployment/rollback/end-of-rollback.ts';
import type { Sentence } from '../deployment/sentence.ts';
import { percentText, verifyTraffic } from '../deployment/verify-traffic.ts';
import { asSentence, nameOf } from '../text/words.ts';
import { type FollowedRollback, failed, leftAlone, type RollbackReport } from './rollback-report.ts';

/** The earlier version is PRIMARY and COMPLETED. Verifies that it is the same as before, and gets the traffic. */
export async function rolledBack(
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
  const traffic = await verifyTraffic(rollbackOptions, deployment.service, deploymentId);
  if (traffic.kind === 'elsewhere') {
    const why = `${runs}, but it gets ${percentText(traffic.percent)} of the production traffic`;
    return failed(rollbackOptions, cause, why);
  }
  const note = [
    ...leftAlone(begun.left),
    ...(verified?.kind === 'other-version' ? [` ${verified.says}.`] : []),
    ...(traffic.kind === 'unverified'
      ? [` Whether it gets all production traffic isn't verified: ${asSentence(traffic.why)}`]
      : []),
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
