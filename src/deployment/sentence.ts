import { inUtc } from '../text/time.ts';
import { asSentence, inWords, nameOf, taskCount } from '../text/words.ts';
import type { End } from './observe/end.ts';
import type { RolledBackBy } from './observe/rollback-cause.ts';
import type { Pause } from './observe/stage.ts';
import type { TaskFailure } from './observe/task-failure.ts';
import type { Reason, Result } from './outcome.ts';
import { reasonOf, rollbackWords } from './rollback-words.ts';
import type { GiveUp } from './verdict.ts';

/** An end in words: the result and reason it stands for when nothing of ours is done about it, and a sentence. */
export interface Sentence {
  readonly result: Result;
  readonly reason: Reason;
  readonly text: string;
  /** Whether the service was left on a failed version, so that we have to roll back. */
  readonly needsRollback: boolean;
  readonly advice?: string;
  /** How many tasks of the new version have failed by then. */
  readonly failures?: number;
}

/** @param version what the sentence calls the new version, e.g. `web:42` */
export function sentenceOfEnd(end: End, service: string, version: string): Sentence {
  const because = (reason: string): string => (reason === '' ? '' : ` ECS says: ${asSentence(reason)}`);
  switch (end.kind) {
    case 'completed':
      return { result: 'deployed', needsRollback: false, ...completedText(end, service, version) };
    case 'rolled-back':
      return {
        result: 'rolled-back',
        reason: reasonOf[end.by],
        text: `${version} was rolled back ${rollbackWords(end)}; ${service} runs the previous version.${because(end.reason)}`,
        needsRollback: false,
      };
    case 'rollback-failed':
      return {
        result: 'rollback-failed',
        reason: reasonOf[end.by],
        text: `${rollbackFailedText(end, service, version)}${because(end.reason)}`,
        needsRollback: end.isFailedLeft,
      };
    case 'failed-in-place':
      return {
        result: 'failed',
        reason: `${end.by}-without-rollback`,
        text: `${end.by === 'alarm' ? 'A CloudWatch alarm' : 'The circuit breaker'} of ${service} stopped ${version} and left it in place, ${end.isRollbackMissing ? 'and ECS began no rollback' : 'because its rollback is off'}.${because(end.reason)}`,
        needsRollback: true,
      };
    case 'stopped':
      return {
        result: 'failed',
        reason: 'stopped-by-person',
        text: `The deployment of ${version} to ${service} was stopped by somebody before it completed.${because(end.reason)}`,
        needsRollback: false,
      };
    case 'superseded':
      return {
        result: 'superseded',
        reason: 'another-deployment',
        text: supersededText(end, service, version),
        needsRollback: false,
      };
    case 'service-gone':
      return {
        result: 'failed',
        reason: 'service-deleted',
        text: `The service ${service} was deleted while ${version} was being deployed (it is ${end.status}).`,
        needsRollback: false,
      };
    case 'out-of-time':
      return {
        result: 'timed-out',
        ...outOfTimeText(end, service, version),
        needsRollback: false,
      };
    case 'paused-too-long':
      return {
        result: 'timed-out',
        reason: 'paused-by-hook',
        text: `The time limit is reached while ${pausedText(end, service, version)} It was left as it is.`,
        needsRollback: false,
        advice: howToAnswer,
      };
    case 'paused':
      return {
        result: 'paused',
        reason: 'paused',
        text: asBeginning(pausedText(end, service, version)),
        needsRollback: false,
        advice: howToAnswer,
      };
    case 'traffic-shifted':
      return {
        result: 'traffic-shifted',
        reason: 'traffic-shifted',
        text: `All production traffic of ${service} goes to ${version}. The run did not wait for the bake time and the clean-up that follow; ECS can still roll back during the bake time.`,
        needsRollback: false,
      };
    case 'rollback-unfinished':
      return {
        result: 'rollback-failed',
        reason: 'time-limit',
        text: `ECS began to roll ${version} back on ${service} and was not done ${inWords(end.elapsedSeconds)} after the deployment began.`,
        needsRollback: false,
      };
    default:
      return end satisfies never;
  }
}

function outOfTimeText(
  { remaining, production }: End & { readonly kind: 'out-of-time' },
  service: string,
  version: string,
): Pick<Sentence, 'reason' | 'text'> {
  if (production === undefined) {
    return {
      reason: 'only-cleanup-left',
      text: `The time limit is reached while ${service} already runs ${version} with all tasks healthy; ${remaining}. It was left as it is.`,
    };
  }
  const share = production === 'unknown' ? '' : ` and ${production} % of production traffic goes to them`;
  return {
    reason: 'traffic-shifting',
    text: `The time limit is reached before ${service} has shifted its traffic to ${version}: all its tasks are healthy${share}; ${remaining}. The deployment was left as it is, and goes on.`,
  };
}

function pausedText(
  { hook, stage, expires, timeoutAction }: Pause,
  service: string,
  version: string,
): string {
  const where = stage === undefined ? '' : ` in the stage ${stage}`;
  const then =
    { CONTINUE: 'continues it', ROLLBACK: 'rolls it back' }[timeoutAction ?? ''] ?? 'ends the pause';
  const until = expires === undefined ? '' : `, until ECS ${then} at ${inUtc(expires)}`;
  return `the deployment of ${version} to ${service} is paused${where}: the hook ${hook} waits for somebody to continue or roll back${until}.`;
}

const howToAnswer =
  'Answer it with operation: continue, or with operation: continue and answer: rollback to roll back.';

function asBeginning(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function supersededText(
  { by, taskDefinitionArn, after }: End & { readonly kind: 'superseded' },
  service: string,
  version: string,
): string {
  const other = `${by}${taskDefinitionArn === undefined ? '' : ` (${nameOf(taskDefinitionArn)})`}`;
  const isLeft = 'which is not of this run and was left alone.';
  if (after === undefined)
    return `The deployment of ${version} was superseded: ${service} now follows ${other}, ${isLeft}`;
  const first = after.hasFailed
    ? rollbackFailedText(after, service, version)
    : `${version} was rolled back ${rollbackWords(after)}.`;
  const says = after.reason === '' ? '' : ` ECS says: ${asSentence(after.reason)}`;
  return `${first}${says} Then another deployment began: ${service} now follows ${other}, ${isLeft}`;
}

function rollbackFailedText(
  end: {
    readonly by: RolledBackBy;
    readonly reason: string;
    readonly isWithoutCandidate?: true;
  },
  service: string,
  version: string,
): string {
  if (end.isWithoutCandidate)
    return `${version} failed, and ECS found no earlier deployment of ${service} to roll back to.`;
  const words = rollbackWords(end);
  return words.startsWith('by ')
    ? `${version} failed, and the rollback ${words} failed too.`
    : `ECS began to roll back ${version} ${words}, but the rollback failed.`;
}

function completedText(
  { running, desired, failures, isRollbackTooLate, draining = '' }: End & { readonly kind: 'completed' },
  service: string,
  version: string,
): Pick<Sentence, 'reason' | 'text'> {
  const counts = `${Math.min(running, desired)} of ${desired} tasks`;
  if (desired === 0) {
    return {
      reason: 'nothing-proven',
      text: `${service} has ${version} as its version and runs no task: the deployment completed with 0 of 0 tasks, which proves nothing about this version.`,
    };
  }
  if (failures !== undefined) {
    return {
      reason: 'completed-after-failures',
      text: `${service} runs ${version}: the deployment completed, and ${counts} run, but ${failures} of its tasks had failed before.`,
    };
  }
  if (isRollbackTooLate) {
    return {
      reason: 'completed-before-rollback',
      text: `${service} runs ${version}: somebody requested a rollback, but too late, and ECS completed the deployment with ${counts}.`,
    };
  }
  return running < desired
    ? {
        reason: 'completed-short',
        text: `${service} runs ${version}: ECS completed the deployment, though ${counts} run.`,
      }
    : {
        reason: 'completed',
        text: `${service} runs ${version}: the deployment completed with ${counts}.${draining === '' ? '' : ` Still draining: ${draining}.`}`,
      };
}

/** Why we gave up; always rolled back. */
export function sentenceOfGiveUp(why: GiveUp, service: string, version: string): Sentence {
  switch (why.kind) {
    case 'tasks-failed':
      return {
        result: 'failed',
        reason: 'tasks-failed',
        text: `${version} ${whatFails(why.failures)}: ${why.failures.length} tasks of ${service} failed.`,
        needsRollback: true,
      };
    case 'keeps-failing': {
      const inWatch =
        why.later === 0
          ? 'and none of its tasks runs'
          : `and ${why.later} more failed in the ${inWords(why.watchedSeconds)} after that`;
      return {
        result: 'failed',
        reason: 'tasks-failed',
        text: `${version} keeps failing: ${taskCount(why.failures.length - why.later)} of ${service} failed before ECS completed the deployment, ${inWatch}.`,
        needsRollback: true,
      };
    }
    case 'test-url':
      return {
        result: 'failed',
        reason: 'test-url',
        text: `${version} failed test-url while its deployment to ${service} was paused in ${why.stage}: ${why.url} failed ${why.attempts} times: ${why.said}.`,
        advice:
          "Check the app's log, and the rule that routes test traffic to the new version. If another answer is right, change test-url or health-check-status.",
        needsRollback: true,
      };
    case 'no-progress':
      return {
        result: 'timed-out',
        reason: 'no-progress',
        text: `Nothing moved in the deployment of ${version} to ${service} for ${inWords(why.idleSeconds)}.`,
        needsRollback: true,
      };
    case 'time-limit':
      return {
        result: 'timed-out',
        reason: 'time-limit',
        text: `${version} was not up on ${service} within ${inWords(why.elapsedSeconds)}.`,
        needsRollback: true,
      };
    default:
      return why satisfies never;
  }
}

function whatFails(failures: readonly Pick<TaskFailure, 'kind'>[]): string {
  const kinds = new Set(failures.map(({ kind }) => kind));
  const [only, ...others] = kinds;
  if (only === undefined || others.length > 0) return 'does not come up';
  return { 'never-started': 'does not start', exited: 'does not keep running', unhealthy: 'is not healthy' }[
    only
  ];
}
