import { hookInWords } from '../../service/setting-words.ts';
import { strategyOf, waitsMinutes } from '../../service/strategy.ts';
import { type JsonObject, listIn, numberIn, objectIn, textIn, wordIn } from '../../text/json.ts';

/** How ECS will deploy a service, and what that waits for. */
export interface PlannedStrategy {
  /** ROLLING, BLUE_GREEN, LINEAR, CANARY, or a name that AWS adds later. */
  readonly name: string;
  /** The shifts of production traffic, in order. */
  readonly steps: readonly { readonly percent: number; readonly bakeMinutes: number }[];
  readonly bakeMinutes: number;
  /** The least that a deployment takes: steps and bake time. Tasks and hooks come on top. */
  readonly leastMinutes: number;
  readonly hooks: readonly PlannedHook[];
}

interface PlannedHook {
  readonly type: string;
  /** The function; null for a pause. */
  readonly target: string | null;
  readonly stages: readonly string[];
  readonly timeoutMinutes: number;
  readonly timeoutAction: string;
}

/** @param configuration the `deploymentConfiguration` that the service will have */
export function plannedStrategy(configuration: JsonObject): PlannedStrategy {
  const { kind, steps } = strategyOf(configuration);
  const waits = waitsMinutes(configuration);
  return {
    name: kind,
    steps,
    bakeMinutes: waits.bake,
    leastMinutes: waits.total,
    hooks: listIn(configuration.lifecycleHooks).map(objectIn).map(plannedHook),
  };
}

/** AWS's default is 1440 minutes, then ROLLBACK (API reference). */
function plannedHook({
  targetType,
  hookTargetArn,
  lifecycleStages,
  timeoutConfiguration,
}: JsonObject): PlannedHook {
  const { timeoutInMinutes, action } = objectIn(timeoutConfiguration);
  return {
    type: wordIn(targetType) || 'AWS_LAMBDA',
    target: textIn(hookTargetArn) ?? null,
    stages: listIn(lifecycleStages).map(wordIn),
    timeoutMinutes: numberIn(timeoutInMinutes) ?? 1440,
    timeoutAction: textIn(action) ?? 'ROLLBACK',
  };
}

/**
 * The strategy and what it waits for, one per line. Nothing for a rolling deployment without bake time and hooks, which is
 * what everybody expects. Pure.
 */
export function describeStrategy({
  name,
  steps,
  bakeMinutes,
  leastMinutes,
  hooks,
}: PlannedStrategy): readonly string[] {
  const bake = bakeMinutes > 0 ? [`${bakeMinutes} min of bake time`] : [];
  const parts = [...shiftsInWords(steps), ...bake];
  if (name === 'ROLLING' && parts.length === 0 && hooks.length === 0) return [];
  const how = parts.length === 0 ? '' : `: ${parts.join(', then ')}`;
  const least = leastMinutes > 0 ? `; at least ${leastMinutes} min` : '';
  return [`strategy ${name}${how}${least}`, ...hooks.map((hook) => `waits for ${waitInWords(hook)}`)];
}

function shiftsInWords(steps: PlannedStrategy['steps']): readonly string[] {
  const [first] = steps;
  if (first === undefined) return [];
  if (steps.length === 1) return ['all traffic at once'];
  if (steps.length === 2)
    return [`${first.percent} % of the traffic for ${first.bakeMinutes} min`, 'all of it'];
  return [`${first.percent} % more of the traffic every ${first.bakeMinutes} min, in ${steps.length} steps`];
}

/** A pause before production traffic comes once for each step (documented). */
function waitInWords({ type, target, stages, timeoutMinutes, timeoutAction }: PlannedHook): string {
  return hookInWords({
    targetType: type,
    hookTargetArn: target,
    lifecycleStages: stages,
    timeoutConfiguration: { timeoutInMinutes: timeoutMinutes, action: timeoutAction },
  });
}
