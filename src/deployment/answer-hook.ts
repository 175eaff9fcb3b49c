import {
  ContinueServiceDeploymentCommand,
  type DeploymentLifecycleHookAction,
  type ECSClient,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { type Calling, call, pauseMilliseconds } from '../aws/call.ts';
import { optionsOf } from '../aws/document.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';
import { untilCancelled, untilCancelledFor } from '../process/until-cancelled.ts';
import type { Reader } from '../service/reader.ts';
import { isOver } from '../service/service-deployments.ts';

/** A pause hook of one service deployment. Each pass of a stage has a new hook, with an id of its own (documented). */
export interface PauseHook {
  readonly serviceDeploymentArn: string;
  readonly hookId: string;
}

/** How the answer to a pause hook came out. */
export type AnswerResult =
  /** ECS took the answer, or the record shows its effect after a lost reply. */
  | { readonly kind: 'answered' }
  /** The hook was closed by something else: another answer, its timeout, a rollback. `record` shows what came next. */
  | { readonly kind: 'closed'; readonly record: ServiceDeployment | undefined }
  /** The deployment has ended. */
  | { readonly kind: 'over'; readonly record: ServiceDeployment | undefined }
  /** ECS knows no such deployment. */
  | { readonly kind: 'not-found' }
  /** The run was cancelled, and certainly nothing was sent. */
  | { readonly kind: 'cancelled' }
  /** The reply was lost, and the record doesn't show whether ECS took the answer. */
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Answers a pause hook once. ContinueServiceDeployment has no idempotency token, so after a lost reply the record is read
 * before anything is sent again. A second answer does no harm: ECS refuses it for a hook that is closed (documented).
 *
 * `CONTINUE` releases this hook alone; the stage waits for all its hooks. One `ROLLBACK` rolls back the whole deployment
 * (both documented).
 *
 * @throws what ECS answers when it refuses for another reason, e.g. a missing permission
 */
export async function answerHook(
  { ecs, calling, reader }: HookContext,
  hook: PauseHook,
  action: DeploymentLifecycleHookAction,
): Promise<AnswerResult> {
  const { clock, say, signal } = calling;
  let wasLost = false;
  for (let attempt = 0; ; attempt++) {
    if (signal?.aborted && !wasLost) return { kind: 'cancelled' };
    try {
      const send = (over?: AbortSignal) =>
        ecs.send(new ContinueServiceDeploymentCommand({ ...hook, action }), optionsOf(over));
      // A cancelled process has seconds: it leaves an answer that takes longer to the post step.
      const reply =
        signal === undefined ? await send() : await untilCancelledFor({ clock, signal }, 2_000, send);
      return reply === 'cancelled' ? unknownAfterCancel : { kind: 'answered' };
    } catch (error) {
      const kind = kindOf(error);
      if (kind === 'not-found') return { kind: 'not-found' };
      if (kind === 'refused' || kind === 'conflict') {
        return await refusedResult({ calling, reader }, hook, action, { error, wasLost });
      }
      const wasNotDone = kind === 'throttled' || kind === 'unsent';
      if (!wasNotDone && kind !== 'lost') throw error;
      wasLost ||= !wasNotDone;
      if (attempt >= 8) {
        if (!wasLost) throw error;
        return { kind: 'unknown', why: wordsOf(error) };
      }
      if (wasNotDone) {
        const pause = pauseMilliseconds(1000, attempt, clock.random());
        say(`${operation}: ${wordsOf(error)}; nothing was done, trying again in ${seconds(pause)}`);
        await clock.sleep(pause, signal);
        if (signal?.aborted && wasLost) return unknownAfterCancel;
        continue;
      }
      say(`${operation}: no reply (${wordsOf(error)}); reading whether ECS took the answer`);
      const found = await findAnswer({ calling, reader }, hook, action);
      if (found !== undefined) return found;
      say(`The hook still waits; sending the answer again.`);
    }
  }
}

interface HookContext {
  readonly ecs: ECSClient;
  readonly calling: Calling;
  readonly reader: Reader;
}

const operation = 'ecs:ContinueServiceDeployment';
const unknownAfterCancel: AnswerResult = {
  kind: 'unknown',
  why: 'the run was cancelled before AWS replied',
};
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/**
 * What a deployment's record shows of an answer that was sent: ECS took it, the hook still waits, or something else
 * closed it. ECS doesn't say who answered, so the same answer by somebody else counts as ours. Pure.
 */
export function answerIn(
  record: Pick<ServiceDeployment, 'status' | 'lifecycleHookDetails'>,
  hookId: string,
  action: DeploymentLifecycleHookAction,
): 'taken' | 'waiting' | 'closed' | 'over' {
  const { status } = record;
  const rollsBack = status?.startsWith('ROLLBACK') === true;
  if (rollsBack && action === 'ROLLBACK') return 'taken';
  if (isOver(status)) return status === 'SUCCESSFUL' && action === 'CONTINUE' ? 'taken' : 'over';
  if (rollsBack || status === 'STOP_REQUESTED') return 'closed';
  const hook = record.lifecycleHookDetails?.find((one) => one.hookId === hookId);
  switch (hook?.status) {
    case 'AWAITING_ACTION':
      return 'waiting';
    case 'TIMED_OUT':
      return 'closed';
    case 'FAILED':
      return action === 'ROLLBACK' ? 'taken' : 'closed';
    // Succeeded, gone with its stage, or in a status that nobody documents: it no longer waits, and nothing rolls back.
    default:
      return action === 'CONTINUE' ? 'taken' : 'closed';
  }
}

/**
 * Waits until the record shows an answer that ECS has taken, for at most eight seconds: reads are eventually consistent
 * (documented), and a record that is older than the answer still shows the pause.
 */
export async function awaitEffect(
  context: Omit<HookContext, 'ecs'>,
  hook: PauseHook,
  action: DeploymentLifecycleHookAction,
): Promise<void> {
  await findAnswer(context, hook, action);
}

/** Reads whether ECS took an answer whose reply was lost; undefined when the hook still waits after eight seconds of reads. */
async function findAnswer(
  { calling, reader }: Omit<HookContext, 'ecs'>,
  hook: PauseHook,
  action: DeploymentLifecycleHookAction,
): Promise<AnswerResult | undefined> {
  const { clock, signal } = calling;
  // Reads are eventually consistent (documented): "still waits" counts only when several say so.
  for (let read = 0; read < 5; read++) {
    if (read > 0) await clock.sleep(2_000, signal);
    if (signal?.aborted) return unknownAfterCancel;
    const record = await readRecord({ calling, reader }, hook);
    const shown = record === undefined ? 'waiting' : answerIn(record, hook.hookId, action);
    if (shown === 'taken') return { kind: 'answered' };
    if (shown !== 'waiting') return { kind: shown, record };
  }
  return undefined;
}

/**
 * Sorts a refusal. The texts are documented, their error codes are not; the record confirms what they say, and explains a
 * refusal in other words.
 */
async function refusedResult(
  context: Omit<HookContext, 'ecs'>,
  hook: PauseHook,
  action: DeploymentLifecycleHookAction,
  { error, wasLost }: { readonly error: unknown; readonly wasLost: boolean },
): Promise<AnswerResult> {
  const words = wordsOf(error);
  const record = await readRecord(context, hook);
  const shown = record === undefined ? undefined : answerIn(record, hook.hookId, action);
  if (wasLost && shown === 'taken') return { kind: 'answered' };
  if (/in terminal states/i.test(words) || shown === 'over') return { kind: 'over', record };
  if (/either completed, unavailable/i.test(words)) {
    // The record can lag behind; an answer of ours was on its way, and the hook is closed.
    return wasLost && shown === 'waiting' ? { kind: 'answered' } : { kind: 'closed', record };
  }
  if (shown === 'closed') return { kind: 'closed', record };
  throw error;
}

/** Undefined when it can't be read: the answer's own fate matters more than this read. */
async function readRecord(
  { calling, reader }: Omit<HookContext, 'ecs'>,
  { serviceDeploymentArn }: PauseHook,
): Promise<ServiceDeployment | undefined> {
  try {
    const read = call(calling, 'ecs:DescribeServiceDeployments', (over) =>
      reader.until(over).serviceDeployment(serviceDeploymentArn),
    );
    const record = calling.signal === undefined ? await read : await untilCancelled(calling.signal, read);
    return record === 'cancelled' ? undefined : record;
  } catch (error) {
    calling.say(`The service deployment can't be read: ${wordsOf(error)}`);
    return undefined;
  }
}
