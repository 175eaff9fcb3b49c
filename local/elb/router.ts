import type { Endpoint } from './listener.ts';
import type { RequestHead } from './rule-condition.ts';
import type { Rules } from './rules.ts';
import { createTurns, createWeightedTurns, type WeightedTurns } from './weighted-turns.ts';

/** Answers where a request to a listener goes: the targets of the group that its rule chooses, in order of trial. */
export function createRouter(
  rules: Pick<Rules, 'ruleFor'>,
  endpoints: (targetGroupArn: string) => readonly Endpoint[],
): (listenerArn: string, request: RequestHead) => readonly Endpoint[] {
  const weighted = new Map<string, WeightedTurns>();
  const inTurn = createTurns<Endpoint>();
  return (listenerArn, request) => {
    const rule = rules.ruleFor(listenerArn, request);
    if (rule === undefined) return [];
    const turns = weighted.get(rule.arn) ?? createWeightedTurns();
    weighted.set(rule.arn, turns);
    const group = turns.next(rule.forward);
    return group === undefined ? [] : inTurn(group, endpoints(group));
  };
}
