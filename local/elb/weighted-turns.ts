import type { Forward } from './forward.ts';

/**
 * Chooses a target group for each request. A real load balancer draws by chance; this one spreads the requests evenly
 * (smooth weighted round robin), so that any run of requests as long as the sum of the weights has exactly their shares.
 */
export interface WeightedTurns {
  /** The group of the next request; undefined while every weight is 0. */
  next(forward: Forward): string | undefined;
}

export function createWeightedTurns(): WeightedTurns {
  let credits = new Map<string, number>();
  let last: Forward | undefined;
  return {
    next: (forward) => {
      // Credits of other weights would give the new ones a wrong start.
      if (forward !== last) credits = new Map();
      last = forward;
      const sum = forward.reduce((total, { weight }) => total + weight, 0);
      let chosen: string | undefined;
      let most = 0;
      for (const { targetGroupArn, weight } of forward) {
        const credit = (credits.get(targetGroupArn) ?? 0) + weight;
        credits.set(targetGroupArn, credit);
        if (weight > 0 && credit > most) {
          chosen = targetGroupArn;
          most = credit;
        }
      }
      if (chosen !== undefined) credits.set(chosen, most - sum);
      return chosen;
    },
  };
}

/** Rotates the targets of each group, so that each is the first in its turn. */
export function createTurns<T>(): (group: string, targets: readonly T[]) => readonly T[] {
  const turns = new Map<string, number>();
  return (group, targets) => {
    const turn = turns.get(group) ?? 0;
    turns.set(group, turn + 1);
    const first = targets.length === 0 ? 0 : turn % targets.length;
    return [...targets.slice(first), ...targets.slice(0, first)];
  };
}
