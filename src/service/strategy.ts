import { type JsonObject, numberIn, objectIn, textIn } from '../text/json.ts';

/** One shift of production traffic to the new revision. */
export interface TrafficStep {
  /** Percent of production traffic that the new revision has after the step. */
  readonly percent: number;
  /** Minutes that ECS waits before the next step; 0 for the last. */
  readonly bakeMinutes: number;
}

/** How ECS replaces the tasks of a service. */
export interface Strategy {
  /** ROLLING, BLUE_GREEN, LINEAR, CANARY, or a name that AWS adds later. */
  readonly kind: string;
  /** In order; empty for ROLLING, which replaces tasks in batches, and for an unknown strategy. */
  readonly steps: readonly TrafficStep[];
}

/** Minutes that a deployment waits by its own configuration, however fast its tasks start. */
export interface Waits {
  /** Both revisions run, all traffic is on the new one, and alarms are watched. */
  readonly bake: number;
  /** Between the steps of a linear or canary deployment. */
  readonly steps: number;
  readonly total: number;
}

/**
 * Reads the strategy, with AWS's defaults for percents and times that are unset (API reference, LinearConfiguration and
 * CanaryConfiguration).
 *
 * @param configuration the `deploymentConfiguration` of a service, not the service
 */
export function strategyOf(configuration: JsonObject): Strategy {
  const kind = textIn(configuration.strategy) ?? 'ROLLING';
  return { kind, steps: stepsOf(kind, configuration) };
}

/**
 * The least time of a deployment: the bake time and the waits between steps. Hooks, pauses and tasks come on top.
 *
 * Whether LINEAR and CANARY bake when `bakeTimeInMinutes` is unset is not documented; 0 is the safe side for a minimum.
 * A rolling deployment with alarms bakes up to five minutes then (documented as "less than 5 minutes"): also 0 here.
 *
 * @param configuration the `deploymentConfiguration` of a service, not the service
 */
export function waitsMinutes(configuration: JsonObject): Waits {
  const bake = numberIn(configuration.bakeTimeInMinutes) ?? 0;
  const steps = strategyOf(configuration).steps.reduce((sum, { bakeMinutes }) => sum + bakeMinutes, 0);
  return { bake, steps, total: bake + steps };
}

const lastStep: TrafficStep = { percent: 100, bakeMinutes: 0 };

function stepsOf(kind: string, configuration: JsonObject): readonly TrafficStep[] {
  switch (kind) {
    case 'BLUE_GREEN':
      return [lastStep];
    case 'CANARY': {
      const canary = objectIn(configuration.canaryConfiguration);
      const percent = numberIn(canary.canaryPercent) ?? 5;
      const bakeMinutes = numberIn(canary.canaryBakeTimeInMinutes) ?? 10;
      return percent >= 100 ? [lastStep] : [{ percent, bakeMinutes }, lastStep];
    }
    case 'LINEAR': {
      const linear = objectIn(configuration.linearConfiguration);
      return linearSteps(numberIn(linear.stepPercent) ?? 10, numberIn(linear.stepBakeTimeInMinutes) ?? 6);
    }
    default:
      return [];
  }
}

/** The least step that AWS accepts, so that a misread 0 doesn't make steps without end. */
const leastTenths = 30;

function linearSteps(stepPercent: number, bakeMinutes: number): readonly TrafficStep[] {
  // In tenths of a percent, AWS's unit, because 3 times 33.3 isn't 99.9 in binary fractions.
  const tenths = Math.max(Math.round(stepPercent * 10), leastTenths);
  const before = Math.max(Math.ceil(1000 / tenths) - 1, 0);
  const steps = Array.from({ length: before }, (_none, index) => ({
    percent: (tenths * (index + 1)) / 10,
    bakeMinutes,
  }));
  return [...steps, lastStep];
}
