import { type HookRun, isOpen } from '../model/lifecycle-hook.ts';
import type { PlannedStage } from '../model/stages.ts';

/** A stage of a deployment as it stands; times are milliseconds since the epoch. */
export interface StageView {
  readonly now: number;
  readonly planned: PlannedStage;
  readonly enteredAt: number;
  readonly hooks: readonly HookRun[];
  readonly hooksDoneAt: number | undefined;
  /** Whether the tasks are as the stage wants them: healthy after SCALE_UP, gone after CLEAN_UP. */
  readonly tasksAreReady: boolean;
  readonly leastSeconds: number;
}

export type StageVerdict =
  /** `until`: when to judge again although nothing happened. */
  | { readonly kind: 'waits'; readonly until: number | undefined }
  | { readonly kind: 'hooks-done' }
  | { readonly kind: 'ends' }
  /** `why` completes "rolled back because …". */
  | { readonly kind: 'fails'; readonly why: string };

/** Documented: a stage that takes longer is rolled back; pauses have a time-out of their own, up to 14 days. */
const longestHours = 24;

/** Whether a stage is over: first its hooks, then its tasks, then its bake time. */
export function judgeStage(view: StageView): StageVerdict {
  const { now, planned, enteredAt, hooks, hooksDoneAt } = view;
  const failed = hooks.find(({ why }) => why !== undefined);
  if (failed?.why !== undefined) return { kind: 'fails', why: failed.why };
  const open = hooks.filter(isOpen);
  if (open.length > 0) return { kind: 'waits', until: Math.min(...open.map(({ expiresAt }) => expiresAt)) };
  if (hooksDoneAt === undefined) return { kind: 'hooks-done' };
  if (!view.tasksAreReady) {
    const until = enteredAt + longestHours * 3600 * 1000;
    // The text is ours.
    if (now >= until && planned.stage !== 'CLEAN_UP') {
      return { kind: 'fails', why: `${planned.stage} took longer than ${longestHours} hours.` };
    }
    return { kind: 'waits', until: now >= until ? undefined : until };
  }
  const endsAt = Math.max(enteredAt + view.leastSeconds * 1000, hooksDoneAt + planned.bakeMinutes * 60_000);
  return now < endsAt ? { kind: 'waits', until: endsAt } : { kind: 'ends' };
}
