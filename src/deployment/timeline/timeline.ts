import type { StageSpan } from '../observe/stage-span.ts';

/** A stretch of time in milliseconds: AWS's own since the epoch, the run's by its clock. */
export interface Bar {
  readonly name: string;
  /** What it is counted under, with all others of that name; without it, the longest of its own name counts. */
  readonly total?: string;
  readonly from: number;
  readonly to: number;
  readonly hasFailed?: true;
}

/** A moment, in milliseconds since the epoch. */
export interface Mark {
  readonly name: string;
  readonly at: number;
}

/** The times of one task, as AWS reports them (milliseconds since the epoch). */
export interface TaskTimeline {
  readonly id: string;
  readonly created: number | undefined;
  readonly pullStarted: number | undefined;
  readonly pullStopped: number | undefined;
  readonly started: number | undefined;
  readonly stopping: number | undefined;
  readonly stopped: number | undefined;
  /** False for a task that was stopped on purpose, as a rollback does. */
  readonly hasFailed: boolean;
  /** The exit codes of its containers that ended. */
  readonly exitCodes: readonly number[];
}

/** The times of one deployment and its tasks. */
export interface DeploymentTimes {
  /** When ECS began and finished the deployment. */
  readonly begun: number | undefined;
  readonly finished: number | undefined;
  /** When its rollback began and ended; undefined as long as it has not, or where AWS doesn't say. */
  readonly rollback: { readonly begun: number | undefined; readonly finished: number | undefined };
  readonly newTasks: readonly TaskTimeline[];
  /** Tasks of the previous version that stopped after the deployment began. */
  readonly oldTasks: readonly TaskTimeline[];
  /** The lifecycle stages of a deployment that shifts traffic, as the run observed them. */
  readonly stages: readonly StageSpan[];
}

/** The story of a deployment for a picture: what the run did, what each task did, and what all waited for. */
export interface Timeline {
  /** When ECS began the deployment, in milliseconds since the epoch. */
  readonly begun: number | undefined;
  /** The run's own steps, moved so that they end when the deployment begins; empty where that is unknown. */
  readonly run: readonly Bar[];
  readonly tasks: readonly { readonly id: string; readonly bars: readonly Bar[] }[];
  /** The first failure, and a rollback that took less than a second because the old tasks still ran. */
  readonly marks: readonly Mark[];
  /** Health checks, stages, draining and the rollback, as far as they are known. */
  readonly service: readonly Bar[];
  readonly hiddenTasks: number;
}

/** How many tasks are drawn: the slowest, or the first when some failed. */
const mostTasks = 4;

/**
 * Makes the timeline. Pure. No time of a task shows when its health checks passed: they last from the start of the last
 * new task until the stage SCALE_UP is over; without stages, until ECS stops the first old one, which it does only once a
 * new one is healthy, or until the deployment is finished.
 *
 * @param run what the runner did before the deployment began, by the run's clock
 */
export function timelineOf(times: DeploymentTimes, run: readonly Bar[]): Timeline {
  const inOrder = times.newTasks.toSorted((a, b) => (a.created ?? 0) - (b.created ?? 0));
  const hasFailed = inOrder.some((task) => task.hasFailed);
  const byInterest = hasFailed ? inOrder : inOrder.toSorted((a, b) => lifeOf(b) - lifeOf(a));
  const drawn = new Set(byInterest.slice(0, mostTasks));
  const shown = inOrder.filter((task) => drawn.has(task));
  const firstFailure = least(
    inOrder.map((task) => (task.hasFailed ? (task.stopping ?? task.stopped) : undefined)),
  );
  const rollback = bar('rollback', times.rollback.begun, times.rollback.finished ?? times.finished);
  return {
    begun: times.begun,
    run: moved(run, times.begun),
    tasks: shown.map((task) => ({ id: task.id, bars: barsOf(task) })),
    marks: [
      ...mark('first failure', firstFailure),
      ...(rollback.length === 0 ? mark('rollback', times.rollback.begun) : []),
    ],
    service: [...waitsOf(times), ...stageBars(times), ...rollback].toSorted((a, b) => a.from - b.from),
    hiddenTasks: times.newTasks.length - shown.length,
  };
}

/** The time of each step in seconds, in the order in which the steps began. */
export function durationsOf({ run, tasks, service }: Timeline): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  const bars = [...run, ...tasks.flatMap((task) => task.bars), ...service];
  for (const { name, total, from, to } of bars.toSorted((a, b) => a.from - b.from)) {
    const took = (to - from) / 1000;
    if (total === undefined) seconds.set(name, Math.max(seconds.get(name) ?? 0, took));
    else seconds.set(total, (seconds.get(total) ?? 0) + took);
  }
  return seconds;
}

function barsOf(task: TaskTimeline): readonly Bar[] {
  const { created, pullStarted, pullStopped, started, stopping, stopped, hasFailed } = task;
  const end = bar(
    hasFailed ? 'ran until it failed' : 'ran until it was stopped',
    started ?? pullStopped ?? created,
    stopped ?? stopping,
  );
  return [
    ...bar('provision', created, pullStarted),
    ...bar('pull', pullStarted, pullStopped),
    ...bar('start', pullStopped, started),
    ...(hasFailed ? end.map((one): Bar => ({ ...one, hasFailed: true })) : end),
  ];
}

/** One bar per stage and step. A name has no `%`, which begins a comment in Mermaid, and nothing else that it reads. */
function stageBars({ stages, finished }: DeploymentTimes): readonly Bar[] {
  return stages.flatMap(({ stage, production, from, to }) => {
    const total = stage.replaceAll(/[^\w]/g, ' ');
    const share = production === undefined || !isShift(stage) ? '' : ` to ${production} percent`;
    return bar(`${total}${share}`, from, to ?? finished).map((one) => ({ ...one, total }));
  });
}

function isShift(stage: string): boolean {
  return stage === 'PRODUCTION_TRAFFIC_SHIFT';
}

function waitsOf({ newTasks, oldTasks, finished, stages }: DeploymentTimes): readonly Bar[] {
  const alive = newTasks.filter((task) => (task.stopping ?? task.stopped) === undefined);
  const lastStart = most(alive.map(({ started }) => started));
  const firstStop = least(oldTasks.map(({ stopping }) => stopping));
  const firstStart = least(alive.map(({ started }) => started));
  // A step that joins a deployment after SCALE_UP has not seen when the checks passed.
  const healthyAt =
    stages.length > 0 ? stages.find(({ stage }) => stage === 'SCALE_UP')?.to : (firstStop ?? finished);
  // When tasks come in waves, ECS stops old ones before the last new one has started.
  const healthyFrom =
    firstStop !== undefined && lastStart !== undefined && firstStop < lastStart ? firstStart : lastStart;
  return [
    ...bar('health checks', healthyFrom, healthyAt),
    ...bar('old tasks drain', firstStop, most(oldTasks.map(({ stopped }) => stopped)) ?? finished),
  ];
}

function mark(name: string, at: number | undefined): readonly Mark[] {
  return at === undefined ? [] : [{ name, at }];
}

/** A stretch with a known begin and end that takes a second at least. */
function bar(name: string, from: number | undefined, to: number | undefined): readonly Bar[] {
  return from === undefined || to === undefined || to - from < 1000 ? [] : [{ name, from, to }];
}

/** The run's clock measures durations only. */
function moved(run: readonly Bar[], begun: number | undefined): readonly Bar[] {
  if (begun === undefined) return [];
  const by = begun - Math.max(...run.map(({ to }) => to));
  return run
    .map(({ name, from, to }) => ({ name, from: from + by, to: to + by }))
    .filter(({ from, to }) => to - from >= 1000);
}

function lifeOf({ created = 0, started, stopped }: TaskTimeline): number {
  return (started ?? stopped ?? created) - created;
}

function most(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function least(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
