import { inUtc } from '../text/time.ts';
import { inWords } from '../text/words.ts';
import { countsOf, type Snapshot } from './observe/snapshot.ts';
import { type Hook, openHooks, type Stage, stageOf, type Weights } from './observe/stage.ts';

/** A stage in words. */
export interface StageLine {
  readonly text: string;
  /** How much longer the stage waits by itself: it changes all the time, so it is no news. */
  readonly timeLeft: string;
}

/**
 * `stage PRODUCTION_TRAFFIC_SHIFT, step 1 of 2: new tasks get 10 % of production and 100 % of test traffic`, and what
 * the deployment waits for. Pure.
 *
 * @param counts the tasks in words
 */
export function stageLine(stage: Stage, snapshot: Snapshot, counts: string): StageLine {
  const { name, step, weights } = stage;
  const hooks = openHooks(snapshot.serviceDeployment);
  const steps =
    step === undefined || step.of === 1 ? '' : `, step ${step.number} of ${step.of} (${step.percent} %)`;
  const parts = [
    ...tasksIn(stage, snapshot, counts),
    ...(beforeTasks.has(name) ? [] : trafficOf(weights)),
    ...(meaning[name] === undefined ? [] : [meaning[name]]),
    ...hooks.map((hook) => waitsFor(hook, snapshot)),
  ];
  return {
    text: `stage ${name}${steps}${parts.length === 0 ? '' : ': '}${parts.join('; ')}`,
    timeLeft: hooks.length > 0 ? '' : timeLeft(stage, snapshot),
  };
}

/** No new task is wanted yet. */
const beforeTasks = new Set(['RECONCILE_SERVICE', 'PRE_SCALE_UP']);

/** What a stage is for, where neither its name nor its traffic says so; a new one of AWS's has its name only. */
const meaning: Readonly<Record<string, string>> = {
  RECONCILE_SERVICE: 'ECS cleans up after an earlier deployment that did not complete',
  PRE_SCALE_UP: 'new tasks start next',
  BAKE_TIME: 'old tasks keep running in case of a rollback',
  CLEAN_UP: 'ECS is stopping the old tasks',
};

/** After SCALE_UP only missing tasks are worth a word. */
function tasksIn({ name }: Stage, snapshot: Snapshot, counts: string): readonly string[] {
  const { desired, running, pending } = countsOf(snapshot);
  if (beforeTasks.has(name)) return [];
  if (name !== 'SCALE_UP') return running === desired && pending === 0 ? [] : [counts];
  return running >= desired && desired > 0 ? [counts, 'waiting for them to be healthy'] : [counts];
}

/** Nothing where ECS shows no weights. */
function trafficOf({ production, test }: Weights): readonly string[] {
  if (production === undefined && test === undefined) return [];
  if ((production ?? 0) === 0 && (test ?? 0) === 0) return ['new tasks get no traffic yet'];
  const shares = [
    ...(production === undefined ? [] : [`${production} % of production`]),
    ...(test === undefined ? [] : [`${test} % of test`]),
  ];
  return [`new tasks get ${shares.join(' and ')} traffic`];
}

/** The hook in words, and what happens when nobody answers it. */
export function waitsFor(hook: Hook, { lastPause }: Snapshot): string {
  const { kind, id, name, status, expires, timeoutAction } = hook;
  const title = { lambda: 'Lambda hook', pause: 'pause hook', other: 'lifecycle hook' }[kind];
  if (status === 'IN_PROGRESS') return `waiting for the ${title} ${name}`;
  if (status !== 'AWAITING_ACTION') return `the ${title} ${name} is ${status}: waiting`;
  const since = lastPause?.hook === id ? ` since ${inUtc(lastPause.since)}` : '';
  return `paused${since} by the ${title} ${name}, which waits for somebody to continue or roll back${atTimeout(expires, timeoutAction)}`;
}

function atTimeout(expires: Date | undefined, action: string | undefined): string {
  if (expires === undefined) return '';
  const then = { CONTINUE: 'ECS continues', ROLLBACK: 'ECS rolls back' }[action ?? ''];
  return `; at ${inUtc(expires)} ${then ?? `ECS's time-out action is ${action ?? 'unknown'}`}`;
}

/** `next step in 60 s`; at most, since a hook may run first, and an earlier beginning may have been missed. */
function timeLeft({ step, bakeSeconds }: Stage, { stageSeconds }: Snapshot): string {
  const left = bakeSeconds - stageSeconds;
  if (left < 1) return '';
  return step === undefined ? `; ${inWords(left)} left` : `; next step in ${inWords(left)}`;
}

/** The stage of a deployment that is rolled back: its traffic matters, not its name. */
export function rollbackTraffic({ serviceDeployment }: Snapshot): string {
  const weights = stageOf(serviceDeployment)?.weights;
  const production = weights?.production ?? 0;
  return production === 0 ? '' : `; new tasks still get ${production} % of production traffic`;
}
