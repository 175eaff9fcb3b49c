import { documentOf, numberOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';

/** Whether ECS shifts traffic stage by stage instead of replacing tasks batch by batch. */
export function shiftsTraffic(deploymentConfiguration: Document | undefined): boolean {
  return (textOf(deploymentConfiguration, 'strategy') ?? 'ROLLING') !== 'ROLLING';
}

/** One step of production traffic to the new revision. */
export interface ShiftStep {
  /** The new revision's share after the step: 0.0 to 100.0. */
  readonly percent: number;
  /** How long ECS waits before the next step. */
  readonly bakeMinutes: number;
}

/** The steps of a strategy (documented, with the defaults); the last is always to 100 percent and bakes no more. */
export function shiftSteps(configuration: Document): readonly ShiftStep[] {
  const linear = documentOf(configuration, 'linearConfiguration');
  const canary = documentOf(configuration, 'canaryConfiguration');
  switch (textOf(configuration, 'strategy')) {
    case 'LINEAR':
      return linearSteps(
        numberOf(linear, 'stepPercent') ?? 10,
        numberOf(linear, 'stepBakeTimeInMinutes') ?? 6,
      );
    case 'CANARY': {
      const percent = numberOf(canary, 'canaryPercent') ?? 5;
      const bakeMinutes = numberOf(canary, 'canaryBakeTimeInMinutes') ?? 10;
      return percent >= 100 ? [last] : [{ percent, bakeMinutes }, last];
    }
    default:
      return [last];
  }
}

const last: ShiftStep = { percent: 100, bakeMinutes: 0 };

function linearSteps(stepPercent: number, bakeMinutes: number): readonly ShiftStep[] {
  // In tenths, because 3 x 33.3 is not 99.9 in binary fractions.
  const tenths = Math.round(stepPercent * 10);
  const before = Math.ceil(1000 / tenths) - 1;
  const steps = Array.from({ length: before }, (_none, index) => ({
    percent: (tenths * (index + 1)) / 10,
    bakeMinutes,
  }));
  return [...steps, last];
}
