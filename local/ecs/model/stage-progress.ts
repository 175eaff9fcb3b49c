import type { HookRun } from './lifecycle-hook.ts';
import { noTraffic, type PlannedStage, rollbackStages, type Stage, type Weights } from './stages.ts';

/** How far a deployment that shifts traffic has come. */
export interface StageProgress {
  /** The current stage first. */
  ahead: readonly PlannedStage[];
  /** When the current stage began, in milliseconds since the epoch; undefined until it has begun. */
  enteredAt: number | undefined;
  /** When the last hook of the current stage succeeded. */
  hooksDoneAt: number | undefined;
  hooks: readonly HookRun[];
  /** What the new revision gets now. */
  weights: Weights;
  /** Shown until the next stage begins. */
  shown: Stage | undefined;
}

export function newProgress(ahead: readonly PlannedStage[]): StageProgress {
  return {
    ahead,
    enteredAt: undefined,
    hooksDoneAt: undefined,
    hooks: [],
    weights: noTraffic,
    shown: undefined,
  };
}

/** The progress of the rollback of a deployment that has come so far. */
export function rollbackProgress({ weights, shown }: StageProgress): StageProgress {
  return { ...newProgress(rollbackStages(weights)), weights, shown };
}

/** The stage that the deployment is in; undefined before the first has begun. */
export function currentStage(progress: StageProgress | undefined): Stage | undefined {
  return progress?.enteredAt === undefined ? undefined : progress.ahead[0]?.stage;
}
