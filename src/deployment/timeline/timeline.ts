/** A stretch of time in milliseconds: of AWS's things since the epoch, of the run's own by its clock. */
export interface Bar {
  readonly name: string;
  readonly from: number;
  readonly to: number;
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
  /** By their exit codes, of containers that ended. */
  readonly exitCodes: readonly number[];
}

/** The times of one deployment and its tasks. */
export interface DeploymentTimes {
  /** When ECS began and finished the deployment. */
  readonly begun: number | undefined;
  readonly finished: number | undefined;
  readonly newTasks: readonly TaskTimeline[];
  /** Those of the version from before that were stopped since. */
  readonly oldTasks: readonly TaskTimeline[];
}

/** The story of a deployment for a picture: what the run did, what each task did, and what all waited for. */
export interface Timeline {
  /** Of the run itself, moved so that it ends when the deployment begins; none where that isn't known. */
  readonly run: readonly Bar[];
  readonly tasks: readonly { readonly id: string; readonly bars: readonly Bar[] }[];
  /** Health checks and draining, as far as the tasks' times tell. */
  readonly waits: readonly Bar[];
  readonly hiddenTasks: number;
}

/** The bar of a task that did not live: from its start until it was gone. */
export const failedName = 'ran until it stopped';

/** How many tasks are drawn: the slowest, or where some failed the first. */
const mostTasks = 4;

/**
 * Pure. Health checks are not told by any time of a task: they last from the start of the last new task until ECS
 * stops the first old one, which it does only for a healthy new one, or else until the deployment is finished.
 *
 * @param run what the runner did before the deployment began, by the run's clock
 */
export function timelineOf(times: DeploymentTimes, run: readonly Bar[]): Timeline {
  const inOrder = times.newTasks.toSorted((a, b) => (a.created ?? 0) - (b.created ?? 0));
  const hasFailed = inOrder.some(({ stopping }) => stopping !== undefined);
  const telling = hasFailed ? inOrder : inOrder.toSorted((a, b) => lifeOf(b) - lifeOf(a));
  const drawn = new Set(telling.slice(0, mostTasks));
  const shown = inOrder.filter((task) => drawn.has(task));
  return {
    run: moved(run, times.begun),
    tasks: shown.map((task) => ({ id: task.id, bars: barsOf(task) })),
    waits: waitsOf(times),
    hiddenTasks: times.newTasks.length - shown.length,
  };
}

/** The longest stretch of each name, in seconds: what a deployment waited for. */
export function durationsOf({ run, tasks, waits }: Timeline): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  for (const { name, from, to } of [...run, ...tasks.flatMap(({ bars }) => bars), ...waits]) {
    seconds.set(name, Math.max(seconds.get(name) ?? 0, (to - from) / 1000));
  }
  return seconds;
}

function barsOf({
  created,
  pullStarted,
  pullStopped,
  started,
  stopping,
  stopped,
}: TaskTimeline): readonly Bar[] {
  const hasFailed = stopping !== undefined && (started === undefined || stopped !== undefined);
  return [
    ...bar('provision', created, pullStarted),
    ...bar('pull', pullStarted, pullStopped),
    ...bar('start', pullStopped, started),
    ...(hasFailed ? bar(failedName, started ?? pullStopped ?? created, stopped ?? stopping) : []),
  ];
}

function waitsOf({ newTasks, oldTasks, finished }: DeploymentTimes): readonly Bar[] {
  const alive = newTasks.filter(({ stopping }) => stopping === undefined);
  const lastStart = most(alive.map(({ started }) => started));
  const stops = oldTasks.flatMap(({ stopping }) => stopping ?? []);
  const firstStop = stops.length === 0 ? undefined : Math.min(...stops);
  const firstStart = least(alive.map(({ started }) => started));
  // Where tasks come in waves, old ones are stopped before the last new one has started.
  const healthyFrom =
    firstStop !== undefined && lastStart !== undefined && firstStop < lastStart ? firstStart : lastStart;
  return [
    ...bar('health checks', healthyFrom, firstStop ?? finished),
    ...bar('old tasks drain', firstStop, most(oldTasks.map(({ stopped }) => stopped)) ?? finished),
  ];
}

/** A stretch that is known, and not shorter than a second. */
function bar(name: string, from: number | undefined, to: number | undefined): readonly Bar[] {
  return from === undefined || to === undefined || to - from < 1000 ? [] : [{ name, from, to }];
}

/** The run's clock knows durations alone. */
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
