import { healthyTasksNeeded } from '../model/early-success.ts';
import { dispensable, maintain } from './maintain.ts';
import { planStages } from './staged-plan.ts';
import { type Plan, type Step, type Tally, tallyOf } from './tally.ts';
import type { View } from './view.ts';

/**
 * What the scheduler does next (the rolling update; documented unless marked). Tasks alive never exceed
 * floor(desired x maximumPercent), and a healthy task is stopped only while ceil(desired x minimumHealthyPercent)
 * healthy ones remain. Stopping old tasks first, then starting new ones, then replacing old ones that are needed.
 */
export function plan(view: View): Plan {
  if (view.isStaged) return planStages(view);
  const count = tallyOf(view);
  const { primary, desiredCount } = view;
  const wanted = primary.state === 'failed' ? 0 : desiredCount;

  const tooMany = count.good(primary.id).length - wanted;
  for (const task of dispensable(count.good(primary.id)).slice(0, Math.max(0, tooMany))) {
    count.stop(task, 'scaling');
  }
  if (primary.state === 'failed') {
    for (const task of count.bad(primary.id)) count.stop(task, 'unhealthy');
    for (const source of view.sources) maintain(source, source.desiredCount, count, view.now);
    return { steps: count.steps(), wakeAt: count.wakeAt() };
  }
  shrinkSources(view, count);
  maintain(primary, desiredCount, count, view.now, primary.startsAlone ? 1 : Number.POSITIVE_INFINITY);
  for (const source of view.sources) {
    // Old tasks that die are replaced by their own revision, as long as they are needed for the minimum.
    if (count.isShort()) maintain(source, count.held(source), count, view.now);
  }
  const ending = primary.state === 'complete' ? undefined : end(view, count);
  return { steps: [...count.steps(), ...(ending ? [ending] : [])], wakeAt: count.wakeAt() };
}

/**
 * Old tasks go as far as the minimum allows. Those that are not healthy are not needed once enough others are. Whether
 * healthy ones go at once or only when new ones need their room or have taken their place, AWS leaves open.
 */
function shrinkSources(view: View, count: Tally): void {
  const { sources, desiredCount, primary } = view;
  for (const source of sources) {
    const tooMany = count.good(source.id).length - source.desiredCount;
    for (const task of dispensable(count.good(source.id)).slice(0, Math.max(0, tooMany))) {
      count.stop(task, 'scaling');
    }
  }
  if (count.isShort()) return makeRoomForNew(view, count);
  for (const source of sources.toReversed()) {
    for (const task of [...count.good(source.id), ...count.bad(source.id)]) {
      if (task.health !== 'healthy') count.stop(task, task.health === 'unhealthy' ? 'unhealthy' : 'scaling');
    }
  }
  const healthyOld = sources.reduce((sum, { id }) => sum + count.healthy(id).length, 0);
  const replaced = count.healthy(primary.id).length + healthyOld - desiredCount;
  const needed = count.total() + (desiredCount - count.good(primary.id).length) - count.upper;
  let allowed = view.oldTasksStop === 'only-for-room' ? Math.max(replaced, needed) : count.spare();
  for (const source of sources.toReversed()) {
    for (const task of dispensable(count.healthy(source.id))) {
      if (allowed > 0 && count.stop(task, 'scaling')) allowed--;
    }
    count.hold(source, count.good(source.id).length);
  }
}

/** Old tasks that are not healthy must not keep new ones from starting, or neither would ever be (our choice). */
function makeRoomForNew({ sources, desiredCount, primary, now }: View, count: Tally): void {
  if (now < primary.mayStartAt) return;
  let lacking = desiredCount - count.good(primary.id).length - count.room();
  for (const source of sources.toReversed()) {
    const notHealthy = [...count.bad(source.id), ...count.good(source.id)].filter(
      (task) => task.health !== 'healthy',
    );
    const yielding = notHealthy.slice(0, Math.max(0, lacking));
    for (const task of yielding) count.stop(task, task.health === 'unhealthy' ? 'unhealthy' : 'scaling');
    lacking -= yielding.length;
    if (yielding.length > 0) count.hold(source, count.good(source.id).length);
  }
}

function end(view: View, count: Tally): Step | undefined {
  const { primary, sources, desiredCount, tasks, now } = view;
  const oldOnes = tasks.filter((task) => task.deploymentId !== primary.id);
  const { earlySuccess } = primary;
  const healthy = count.healthy(primary.id).length;
  const isReplaced = oldOnes.length === 0 && healthy >= desiredCount && count.total() === desiredCount;
  if (
    isReplaced ||
    (earlySuccess !== undefined && healthy >= healthyTasksNeeded(earlySuccess, desiredCount))
  ) {
    const next = bake(primary, now, count);
    // Documented: BLOCKING waits for the end of the old tasks after the bake time.
    const isHeld = earlySuccess?.isBlocking === true && oldOnes.length > 0;
    return next?.kind === 'complete' && isHeld ? undefined : next;
  }
  const isWaiting =
    count.steps().length > 0 ||
    count.wakeAt() !== undefined ||
    tasks.some((task) => task.state === 'ending' || task.health !== 'healthy');
  const lacksTasks = count.good(primary.id).length < desiredCount;
  return !isWaiting && lacksTasks && sources.length > 0 ? { kind: 'stuck' } : undefined;
}

function bake({ bakeSeconds, bakeStartedAt }: View['primary'], now: number, count: Tally): Step | undefined {
  if (bakeSeconds === 0) return { kind: 'complete' };
  if (bakeStartedAt === undefined) return { kind: 'bake' };
  const bakedAt = bakeStartedAt + bakeSeconds * 1000;
  if (now >= bakedAt) return { kind: 'complete' };
  count.wake(bakedAt);
  return undefined;
}
