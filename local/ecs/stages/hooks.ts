import { randomBytes, randomUUID } from 'node:crypto';
import { isDocument, numberOf, textOf } from '../../server/members.ts';
import type { Document, Json } from '../../server/operation.ts';
import { type HookRun, isOpen, type LifecycleHook, lifecycleHooks } from '../model/lifecycle-hook.ts';
import type { ServiceDeployment } from '../model/service.ts';
import type { PlannedStage, Stage } from '../model/stages.ts';
import type { State } from '../model/state.ts';
import { hookPayload } from './hook-payload.ts';
import type { HookAnswer, HookTargets } from './hook-targets.ts';

interface Calling {
  readonly state: State;
  readonly hookTargets: HookTargets;
  /** A hook has answered. */
  readonly changed: () => void;
}

/** Documented: how long ECS waits before it calls a function again that is IN_PROGRESS. */
const callBackSeconds = 30;

/** Starts the hooks of a stage, all at once (documented). */
export function startHooks(calling: Calling, flight: ServiceDeployment, planned: PlannedStage): HookRun[] {
  const { stage } = planned;
  const now = calling.state.clock.now();
  return lifecycleHooks(flight.configuration)
    .filter(({ stages }) => stages.includes(stage))
    .map((hook) => {
      const run: HookRun = {
        id: `ecs-${hook.kind}-${randomBytes(32).toString('base64url')}`,
        hook,
        expiresAt: now + hook.timeoutMinutes * 60_000,
        status: hook.kind === 'pause' ? 'AWAITING_ACTION' : 'IN_PROGRESS',
        why: undefined,
      };
      if (hook.kind === 'lambda')
        call(calling, { flight, planned, run, executionId: randomUUID() }, hook.details);
      return run;
    });
}

/** Ends hooks whose time is over, as their configuration says. */
export function expireHooks(hooks: readonly HookRun[], stage: Stage, now: number): void {
  for (const run of hooks) {
    if (!isOpen(run) || now < run.expiresAt) continue;
    run.status = 'TIMED_OUT';
    if (run.hook.timeoutAction === 'CONTINUE') continue;
    run.why =
      run.hook.kind === 'pause'
        ? `${stage} pause hook timed out.` // documented
        : failure(stage, `Lifecycle hook target ${run.hook.targetArn ?? ''} timed out.`);
  }
}

interface Call {
  readonly flight: ServiceDeployment;
  readonly planned: PlannedStage;
  readonly run: HookRun;
  /** The same for every call of one run. */
  readonly executionId: string;
}

function call(calling: Calling, one: Call, details: Json | undefined): void {
  const { state, hookTargets, changed } = calling;
  const { run, planned } = one;
  void hookTargets.invoke(run.hook.targetArn ?? '', hookPayload(one, details)).then((answer) => {
    if (!isOpen(run)) return;
    const body = answer.kind === 'returned' && isDocument(answer.body) ? answer.body : {};
    const status = textOf(body, 'hookStatus');
    if (status === 'SUCCEEDED') run.status = 'SUCCEEDED';
    else if (status === 'IN_PROGRESS') {
      const again = (): void => {
        if (isOpen(run)) call(calling, one, body['hookDetails'] ?? details);
      };
      state.clock.after(numberOf(body, 'callBackDelay') ?? callBackSeconds, again);
    } else {
      run.status = 'FAILED';
      run.why = failure(planned.stage, whyFailed(run.hook, answer, body));
    }
    changed();
  });
}

/** Documented: each of these ends after "lifecycle hook(s) failed." */
function whyFailed(
  { targetArn = '', roleArn = '' }: LifecycleHook,
  answer: HookAnswer,
  body: Document,
): string {
  switch (answer.kind) {
    case 'role-refused':
      return `ECS was unable to assume role ${roleArn}`;
    case 'not-invoked':
      return `ECS was unable to invoke hook target ${targetArn} due to ${answer.why}`;
    default:
      return textOf(body, 'hookStatus') === 'FAILED'
        ? `Lifecycle hook target ${targetArn} returned FAILED status.`
        : `ECS was unable to parse the response from ${targetArn} due to: HookStatus must not be null.`;
  }
}

const failure = (stage: Stage, why: string): string => `${stage} lifecycle hook(s) failed. ${why}`;
