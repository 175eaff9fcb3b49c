import { scaledCount } from './disturb.ts';
import type { RolloutCase } from './rollout-case.ts';
import type { Facts } from './run-case.ts';
import { hindersRollback } from './strategy-case.ts';

/** What has to hold of every rollout, whatever happens. Answers with what does not. */
export function violations(one: RolloutCase, facts: Facts): readonly string[] {
  return [
    ...greenIsTrue(one, facts),
    ...greenDoesNotCrash(one, facts),
    ...keepsWhatOthersSet(facts),
    ...rolledBackIsTrue(facts),
    ...failedIsRolledBack(one, facts),
    ...endsOnAGoodVersion(one, facts),
    ...trafficIsWhole(one, facts),
    ...changesOnlyItsOwn(facts),
    ...tellsTheCause(one, facts),
    ...endsInTime(one, facts),
    ...(facts.throttled > 0 ? [`${facts.throttled} calls were above the published rates`] : []),
  ];
}

/** Others have web:1 and web:2; a registering whose answer is lost is sent again, and makes another one. */
function isOurs(taskDefinition: string | undefined): boolean {
  return Number(taskDefinition?.split(':')[1]) > 2;
}

/** Green if and only if our deployment completed and is what runs. */
function greenIsTrue(one: RolloutCase, { outcome, atEnd, failedBeforeEnd }: Facts): readonly string[] {
  if (outcome === undefined) return [];
  const { inputs, oldVersion, hasRun } = one;
  const isDone = isOurs(atEnd?.taskDefinition) && atEnd?.rolloutState === 'COMPLETED';
  if (outcome.result === 'deployed' && !isDone) {
    return [`green, but PRIMARY is ${atEnd?.taskDefinition} (${atEnd?.rolloutState})`];
  }
  // Where nothing can be seen any more, or somebody cancelled or deleted the service, even a completed deployment is red.
  const mayBeRed = [
    'access-lost',
    'cancelled-run',
    'cancelled',
    'update-unknown',
    'service-deleted',
  ].includes(outcome.reason);
  const isLate = ['only-cleanup-left', 'paused-by-hook', 'time-limit', 'no-progress'].includes(
    outcome.reason,
  );
  const isWaited = inputs['wait-for-service-stability'] !== 'false';
  // It kept failing and was rolled back, the earlier version failed too, and ECS returned to what had completed last.
  const isBackAgain = oldVersion === 'crashes' && outcome.result === 'rollback-failed';
  // It completed, kept failing while it was watched, and a rollback was not asked for or had nothing to go back to.
  const keptFailing = outcome.result === 'failed' && failedBeforeEnd.length > 0;
  const staysBroken = keptFailing && (inputs.rollback === 'false' || !hasRun || oldVersion !== 'good');
  return isDone &&
    outcome.result !== 'deployed' &&
    !mayBeRed &&
    !isLate &&
    isWaited &&
    !isBackAgain &&
    !staysBroken
    ? [`${outcome.result} (${outcome.reason}), though our deployment completed and is PRIMARY`]
    : [];
}

const alwaysFailing: ReadonlySet<RolloutCase['version']> = new Set([
  'crashes at the start',
  'crashes later',
  'can not be pulled',
  'can not be initialized',
  'out of memory',
  'unhealthy',
  'answers 500',
]);

/** Green never while its tasks keep crashing, and never without a word of those that had failed by then. */
function greenDoesNotCrash(one: RolloutCase, { outcome, failedBeforeEnd, atEnd }: Facts): readonly string[] {
  const isBlind = one.faults.some(({ operation }) => /^(ListTasks|DescribeTasks)$/.test(operation));
  const isWaited = one.inputs['wait-for-service-stability'] !== 'false';
  if (outcome?.result !== 'deployed' || isBlind || !isWaited || (atEnd?.desired ?? 0) === 0) return [];
  // The last look is a few seconds old: its reads take their time.
  const known = failedBeforeEnd.filter((seconds) => seconds > 5);
  const few = Math.max(1, Math.ceil((atEnd?.desired ?? 0) / 10));
  const late = known.filter((seconds) => seconds < 12);
  return [
    ...(known.length > 0 && outcome.reason !== 'completed-after-failures'
      ? [`green (${outcome.reason}) without a word of ${known.length} tasks that had failed`]
      : []),
    ...(known.length > 0 && late.length >= few ? [`green while ${late.length} tasks have just failed`] : []),
    ...(known.length > 0 && alwaysFailing.has(one.version)
      ? [`green, though ${known.length} tasks had failed, and every one does`]
      : []),
  ];
}

/** A count that somebody else has set is left as it is. */
function keepsWhatOthersSet({ hasScaled, countAtLast, statusAtLast }: Facts): readonly string[] {
  return hasScaled && statusAtLast === 'ACTIVE' && countAtLast !== scaledCount
    ? [`others had set ${scaledCount} tasks, and ${countAtLast} are wanted in the end`]
    : [];
}

/** Called rolled back only when another version is PRIMARY and complete. */
function rolledBackIsTrue({ outcome, atEnd, atLast, isDisturbed }: Facts): readonly string[] {
  if (outcome?.result !== 'rolled-back' || isDisturbed) return [];
  const isSaid = outcome.message.includes('ECS has not completed that yet');
  if (isSaid && atLast?.id === atEnd?.id && atLast?.rolloutState !== 'COMPLETED') {
    return [`called rolled back, but it is never completed (${atLast?.rolloutState})`];
  }
  return isOurs(atEnd?.taskDefinition) || (atEnd?.rolloutState !== 'COMPLETED' && !isSaid)
    ? [`called rolled back, but PRIMARY is ${atEnd?.taskDefinition} (${atEnd?.rolloutState})`]
    : [];
}

/** Where a good version is there and nothing is in the way, a failed deployment ends with that version. */
function failedIsRolledBack(one: RolloutCase, { outcome, isDisturbed }: Facts): readonly string[] {
  const isFree = one.hasRun && one.oldVersion === 'good' && one.faults.length === 0 && !isDisturbed;
  if (!isFree || outcome === undefined || one.inputs.rollback === 'false' || isStuck(one)) return [];
  if (
    one.strategy !== undefined &&
    hindersRollback(one.strategy) &&
    one.readings.hookFailureInRollback !== 'ignored'
  )
    return [];
  return ['failed', 'rollback-failed'].includes(outcome.result)
    ? [`${outcome.result} (${outcome.reason}), though nothing was in the way of a rollback`]
    : [];
}

/** Percents that let ECS neither start nor stop a task of that count: a rollback by UpdateService moves nothing. */
function isStuck({ strategy, count, percents: [minimum, maximum] }: RolloutCase): boolean {
  return strategy === undefined && Math.ceil((count * minimum) / 100) >= Math.floor((count * maximum) / 100);
}

/** The service never ends on a version that never was healthy while a healthy one exists, unless the run says so. */
function endsOnAGoodVersion(one: RolloutCase, facts: Facts): readonly string[] {
  const { atLast, healthy, outcome, posted, statusAtLast } = facts;
  if (statusAtLast !== 'ACTIVE' || atLast === undefined || !one.hasRun) return [];
  const { taskDefinition } = atLast;
  if (!isOurs(taskDefinition) || healthy.has(taskDefinition) || atLast.desired === 0) return [];
  const isAsked =
    one.inputs.rollback === 'false' ||
    one.inputs['wait-for-service-stability'] === 'false' ||
    (one.inputs['on-cancel'] === 'leave' && outcome?.result === 'cancelled');
  const isTold =
    (outcome?.recovery.length ?? 0) > 0 ||
    posted.some(({ isGood }) => !isGood) ||
    outcome?.result === 'rollback-failed';
  return isAsked || isTold
    ? []
    : ['ends on a version that never was healthy, and does not say how to mend it'];
}

/**
 * In the end one version gets all production traffic, and it has tasks where any can run; on a green end that is PRIMARY. Where PRIMARY
 * never completed, an earlier version keeps the traffic.
 */
function trafficIsWhole(
  { hasRun, oldVersion }: RolloutCase,
  { outcome, atEnd, trafficAtEnd, atLast, trafficAtLast, statusAtLast, isDisturbed, countAtLast }: Facts,
): readonly string[] {
  if (statusAtLast !== 'ACTIVE' || !hasRun) return [];
  const isGreen = outcome?.result === 'deployed' && !isDisturbed;
  const isCompleted = atLast?.rolloutState === 'COMPLETED';
  const hasTasks =
    oldVersion !== 'good' || trafficAtLast?.deployments.some(({ running }) => running > 0) !== false;
  return [
    ...(isGreen ? misdirected('on green', trafficAtEnd, atEnd) : []),
    ...misdirected('in the end', trafficAtLast, isCompleted ? atLast : undefined),
    ...(hasTasks || countAtLast === 0 ? [] : ['in the end: the version that gets the traffic has no task']),
  ];
}

function misdirected(
  when: string,
  traffic: Facts['trafficAtLast'],
  expected: Facts['atLast'],
): readonly string[] {
  if (traffic === undefined) return [];
  if (!traffic.isWhole) return [`${when}: production traffic is split`];
  return expected === undefined || traffic.deployments.some(({ id }) => id === expected.id)
    ? []
    : [`${when}: PRIMARY (${expected.taskDefinition}) gets no production traffic`];
}

/** No call changes a deployment that is not ours, and at most one begins one of ours. */
function changesOnlyItsOwn({ changes, stopped }: Facts): readonly string[] {
  const problems: string[] = [];
  const own = new Set<string>();
  for (const { operation, before, after } of changes) {
    if (operation === 'StopServiceDeployment') continue;
    // Settings are restored on the earlier version, and begin no deployment.
    const isPutBack = after === before && before === changes[0]?.before;
    if (own.size > 0 && before !== undefined && !own.has(before) && !isPutBack) {
      problems.push(`updated the service while ${before} was PRIMARY, which is not ours`);
    }
    if (after !== undefined && after !== before) own.add(after);
  }
  if (own.size > 2) problems.push(`began ${own.size} deployments`);
  for (const id of stopped) if (!own.has(id)) problems.push(`stopped ${id}, which is not ours`);
  return problems;
}

/** Ends that failed tasks bring about. */
const ofFailedTasks: ReadonlySet<string | undefined> = new Set([
  'tasks-failed',
  'circuit-breaker',
  'circuit-breaker-without-rollback',
  'rolled-back-by-ecs',
]);

/** The cause is printed when tasks failed, and it is the true one. */
function tellsTheCause(
  one: RolloutCase,
  { outcome, log, isDisturbed, hasFailedTasks }: Facts,
): readonly string[] {
  const isTasks = ofFailedTasks.has(outcome?.reason) && hasFailedTasks;
  if (!isTasks || one.faults.length > 0 || isDisturbed) return [];
  const words: Partial<Record<RolloutCase['version'], RegExp>> = {
    'crashes at the start': /exit code 1\b[^]*no database/,
    'crashes later': /exit code 139/,
    'can not be pulled': /isn't in the registry/,
    'can not be initialized': /isn't allowed to read a secret/,
    'out of memory': /ran out of memory/,
    unhealthy: /own health check failed/,
    'answers 500': /got status 500/,
  };
  const wanted = words[one.version];
  return wanted === undefined || wanted.test(log) ? [] : [`the cause is not told: ${wanted}`];
}

/** Within its limits plus the rollback's, whatever the server does. */
function endsInTime(one: RolloutCase, { stepSeconds, postSeconds }: Facts): readonly string[] {
  const waitMinutes = Number(one.inputs['wait-for-minutes'] ?? 10);
  // Calls before the update wait for throttling, lost answers are looked for, and each read may take its retries.
  const slackMinutes = 6;
  const most = (waitMinutes + waitsOf(one) + 6 + slackMinutes) * 60;
  return [
    ...(stepSeconds > most
      ? [`the step took ${Math.round(stepSeconds)} s, at most ${most} are allowed`]
      : []),
    ...(postSeconds > 300 ? [`post took ${Math.round(postSeconds)} s`] : []),
  ];
}

/** The bake and step times that the service is configured to wait, in minutes. */
function waitsOf({ strategy }: RolloutCase): number {
  const { bakeTimeInMinutes = 0, linearConfiguration, canaryConfiguration } = strategy?.configuration ?? {};
  return (
    bakeTimeInMinutes +
    (linearConfiguration?.stepBakeTimeInMinutes ?? 0) +
    (canaryConfiguration?.canaryBakeTimeInMinutes ?? 0)
  );
}
