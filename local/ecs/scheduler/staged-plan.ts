import { dispensable, maintain } from './maintain.ts';
import { type Plan, tallyOf } from './tally.ts';
import type { View } from './view.ts';

/**
 * What the scheduler does next while traffic is shifted: the stages say how many tasks each revision has, and both run
 * at full count in between (documented), so that the percents of a rolling update don't count.
 */
export function planStages(view: View): Plan {
  const count = tallyOf({ ...view, minimumHealthyPercent: 0, maximumPercent: Number.MAX_SAFE_INTEGER });
  const { primary, sources, now } = view;
  for (const { id, desiredCount } of [primary, ...sources]) {
    const tooMany = count.good(id).length - desiredCount;
    for (const task of dispensable(count.good(id)).slice(0, Math.max(0, tooMany)))
      count.stop(task, 'scaling');
  }
  maintain(primary, primary.desiredCount, count, now, primary.startsAlone ? 1 : Number.POSITIVE_INFINITY);
  for (const source of sources) maintain(source, source.desiredCount, count, now);
  return { steps: count.steps(), wakeAt: count.wakeAt() };
}
