import { documentOf, documentsOf, numberOf, textOf, textsOf } from '../../server/members.ts';
import type { Document, Json } from '../../server/operation.ts';

/** A lifecycle hook of a deployment configuration, with the documented defaults. */
export interface LifecycleHook {
  readonly kind: 'lambda' | 'pause';
  readonly stages: readonly string[];
  /** The ARN of a Lambda function. */
  readonly targetArn: string | undefined;
  readonly roleArn: string | undefined;
  /** What the user hands to the function. */
  readonly details: Json | undefined;
  readonly timeoutMinutes: number;
  readonly timeoutAction: string;
}

/** A hook at work in the current stage; times are milliseconds since the epoch. */
export interface HookRun {
  readonly id: string;
  readonly hook: LifecycleHook;
  readonly expiresAt: number;
  status: 'AWAITING_ACTION' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  /** Why it failed, in ECS's words. */
  why: string | undefined;
}

export function lifecycleHooks(configuration: Document | undefined): readonly LifecycleHook[] {
  return documentsOf(configuration, 'lifecycleHooks').map((hook) => {
    const timeout = documentOf(hook, 'timeoutConfiguration');
    return {
      kind: textOf(hook, 'targetType') === 'PAUSE' ? 'pause' : 'lambda',
      stages: textsOf(hook, 'lifecycleStages'),
      targetArn: textOf(hook, 'hookTargetArn'),
      roleArn: textOf(hook, 'roleArn'),
      details: hook['hookDetails'],
      timeoutMinutes: numberOf(timeout, 'timeoutInMinutes') ?? 1440,
      timeoutAction: textOf(timeout, 'action') ?? 'ROLLBACK',
    };
  });
}

export function isOpen({ status }: HookRun): boolean {
  return status === 'AWAITING_ACTION' || status === 'IN_PROGRESS';
}

/** The entry of `lifecycleHookDetails`. */
export function describeHook({ id, hook, status, expiresAt }: HookRun): Document {
  return {
    hookId: id,
    targetType: hook.kind === 'pause' ? 'PAUSE' : 'AWS_LAMBDA',
    targetArn: hook.targetArn,
    status,
    expiresAt: expiresAt / 1000,
    timeoutAction: hook.timeoutAction,
  };
}
