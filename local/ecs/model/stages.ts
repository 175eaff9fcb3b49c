import type { ShiftStep } from './strategy.ts';

/** A lifecycle stage of a deployment that shifts traffic. */
export type Stage =
  | 'RECONCILE_SERVICE'
  | 'PRE_SCALE_UP'
  | 'SCALE_UP'
  | 'POST_SCALE_UP'
  | 'TEST_TRAFFIC_SHIFT'
  | 'POST_TEST_TRAFFIC_SHIFT'
  | 'PRE_PRODUCTION_TRAFFIC_SHIFT'
  | 'PRODUCTION_TRAFFIC_SHIFT'
  | 'POST_PRODUCTION_TRAFFIC_SHIFT'
  | 'BAKE_TIME'
  | 'CLEAN_UP';

/** The shares of test and production traffic that the new revision gets, in percent. */
export interface Weights {
  readonly test: number;
  readonly production: number;
}

export const noTraffic: Weights = { test: 0, production: 0 };

/** The share that is left to the other revision. */
export const restOf = (percent: number): number => Math.round((100 - percent) * 10) / 10;

/** A stage that lies ahead: what holds while it lasts. */
export interface PlannedStage {
  readonly stage: Stage;
  readonly weights: Weights;
  /** How long it waits after its hooks. */
  readonly bakeMinutes: number;
}

/** The stages of a deployment in their order (documented). */
export function deploymentStages(options: {
  readonly steps: readonly ShiftStep[];
  readonly bakeMinutes: number;
  /** How long each shift of traffic takes in addition. */
  readonly shiftMinutes: number;
  /** More than one revision is ACTIVE when it begins. */
  readonly reconciles: boolean;
}): readonly PlannedStage[] {
  const { steps, bakeMinutes, shiftMinutes, reconciles } = options;
  const at = (stage: Stage, test: number, production: number, minutes = 0): PlannedStage => ({
    stage,
    weights: { test, production },
    bakeMinutes: minutes,
  });
  return [
    ...(reconciles ? [at('RECONCILE_SERVICE', 0, 0)] : []),
    at('PRE_SCALE_UP', 0, 0),
    at('SCALE_UP', 0, 0),
    at('POST_SCALE_UP', 0, 0),
    at('TEST_TRAFFIC_SHIFT', 100, 0, shiftMinutes),
    at('POST_TEST_TRAFFIC_SHIFT', 100, 0),
    ...steps.flatMap((step, index) => [
      at('PRE_PRODUCTION_TRAFFIC_SHIFT', 100, steps[index - 1]?.percent ?? 0),
      at('PRODUCTION_TRAFFIC_SHIFT', 100, step.percent, shiftMinutes + step.bakeMinutes),
    ]),
    at('POST_PRODUCTION_TRAFFIC_SHIFT', 100, 100),
    at('BAKE_TIME', 100, 100, bakeMinutes),
    at('CLEAN_UP', 100, 100),
  ];
}

/**
 * The stages of a rollback. Documented: the hooks of both shifts are called again where traffic has moved. That
 * production goes first is our choice: it hurts most.
 */
export function rollbackStages({ test, production }: Weights): readonly PlannedStage[] {
  const back = (stage: Stage, weights: Weights): PlannedStage => ({ stage, weights, bakeMinutes: 0 });
  return [
    ...(production > 0 ? [back('PRODUCTION_TRAFFIC_SHIFT', { test, production: 0 })] : []),
    ...(test > 0 ? [back('TEST_TRAFFIC_SHIFT', noTraffic)] : []),
    back('CLEAN_UP', noTraffic),
  ];
}
