import { inWords } from '../../text/words.ts';
import type { DeploymentTimes } from './timeline.ts';

/** The settings that decide how long a deployment takes; undefined where they can't be read. */
export interface Settings {
  readonly deregistrationDelaySeconds: number | undefined;
  /** How often the load balancer checks a target; `none` without a load balancer. */
  readonly targetCheck:
    | { readonly kind: 'every'; readonly seconds: number }
    | { readonly kind: 'none' }
    | { readonly kind: 'unknown' };
  /** The longest interval of the containers' own health checks; undefined without any. */
  readonly containerCheckSeconds: number | undefined;
  readonly maximumPercent: number | undefined;
  /** What the strategy waits for by itself; undefined for a rolling update. */
  readonly waits: StrategyWaits | undefined;
  readonly imageBytes: number | undefined;
}

export interface StrategyWaits {
  readonly bakeMinutes: number;
  /** Between two steps of production traffic; 0 without such steps. */
  readonly stepMinutes: number;
  /** How many such waits there are. */
  readonly stepCount: number;
  /** AWS's name of the setting. */
  readonly stepSetting: string;
}

/** A way to shorten a step. */
export interface Shortening {
  /** The name of its bars. */
  readonly step: string;
  readonly savesSeconds: number;
  readonly says: string;
}

/** The settings that the advice proposes: enough for a service whose requests are short. */
const proposed = { drainSeconds: 15, checkSeconds: 5 };

/** Less is not worth a change. */
const worthSeconds = 5;

/**
 * What would shorten the next deployment, the largest saving first. Pure. A saving follows from the settings and the
 * measured times, and is never more than those.
 *
 * @param durations as `durationsOf` returns them
 */
export function shorten(
  durations: ReadonlyMap<string, number>,
  settings: Settings,
  times: Pick<DeploymentTimes, 'newTasks' | 'oldTasks'>,
): readonly Shortening[] {
  return [
    ...drain(durations, settings),
    ...killed(durations, settings, times),
    ...checks(durations, settings),
    ...pull(durations, settings),
    ...waves(settings, times),
    ...bake(durations, settings),
    ...steps(durations, settings),
  ]
    .filter(({ savesSeconds }) => savesSeconds >= worthSeconds)
    .toSorted((a, b) => b.savesSeconds - a.savesSeconds);
}

/** A task stays a target for this long after the load balancer sends it nothing new (documented; 300 s by default). */
function drain(
  durations: ReadonlyMap<string, number>,
  { deregistrationDelaySeconds: delay }: Settings,
): readonly Shortening[] {
  const step = 'old tasks drain';
  const took = durations.get(step) ?? 0;
  if (delay === undefined || took < delay) return [];
  return [
    {
      step,
      savesSeconds: delay - proposed.drainSeconds,
      says: `The target group's deregistration delay is ${inWords(delay)}. If requests are short, ${proposed.drainSeconds} s is enough (deregistration_delay.timeout_seconds).`,
    },
  ];
}

/** 137 is 128 and SIGKILL: the container did not end by SIGTERM within its stopTimeout, 30 s by default (documented). */
function killed(
  durations: ReadonlyMap<string, number>,
  { deregistrationDelaySeconds: delay = 0 }: Settings,
  { oldTasks }: Pick<DeploymentTimes, 'oldTasks'>,
): readonly Shortening[] {
  const step = 'old tasks drain';
  const count = oldTasks.filter(({ exitCodes }) => exitCodes.includes(137)).length;
  const ended = (durations.get(step) ?? 0) - delay;
  if (count === 0 || ended < 25) return [];
  return [
    {
      step,
      savesSeconds: Math.min(30, ended),
      says: `${count === 1 ? '1 old task was' : `${count} old tasks were`} killed (exit code 137) after ignoring SIGTERM. Handle SIGTERM in the program, or start it with exec instead of a shell.`,
    },
  ];
}

/**
 * How long ECS waits for new tasks to be healthy. An Application Load Balancer calls a new target healthy after one
 * passed check, whatever the healthy threshold (documented; the Network Load Balancer's page says nothing of the kind,
 * and the same is assumed). Without any health check, a task counts as healthy after 40 s of running (documented).
 */
function checks(
  durations: ReadonlyMap<string, number>,
  { targetCheck, containerCheckSeconds }: Settings,
): readonly Shortening[] {
  const step = 'health checks';
  const took = durations.get(step) ?? 0;
  const { checkSeconds } = proposed;
  const saving = (seconds: number, says: string): readonly Shortening[] => [
    { step, savesSeconds: Math.min(seconds, took) - checkSeconds, says },
  ];
  if (targetCheck.kind === 'every') {
    return saving(
      targetCheck.seconds,
      `The load balancer checks each task every ${targetCheck.seconds} s, and a new task needs one passed check. Check every ${checkSeconds} s (HealthCheckIntervalSeconds).`,
    );
  }
  if (containerCheckSeconds !== undefined) {
    return saving(
      containerCheckSeconds,
      `The container's health check runs every ${containerCheckSeconds} s. Run it every ${checkSeconds} s (healthCheck.interval).`,
    );
  }
  if (targetCheck.kind === 'unknown') return [];
  return saving(
    40,
    `The service has no health check, so ECS waits 40 s for each new task. A container health check every ${checkSeconds} s is faster, and proves more.`,
  );
}

function pull(durations: ReadonlyMap<string, number>, { imageBytes }: Settings): readonly Shortening[] {
  const step = 'pull';
  const took = durations.get(step) ?? 0;
  const size = imageBytes === undefined ? '' : ` (${megabytes(imageBytes)} MB)`;
  return [
    {
      step,
      savesSeconds: took / 2,
      says: `Fargate pulls the whole image${size} for every task. A smaller base image or fewer layers help: half the size takes about half the time.`,
    },
  ];
}

/** New tasks that start only when old ones have ended. */
function waves(
  { maximumPercent }: Settings,
  { newTasks }: Pick<DeploymentTimes, 'newTasks'>,
): readonly Shortening[] {
  const created = newTasks.flatMap((task) => task.created ?? []).toSorted((a, b) => a - b);
  const gaps = created.slice(1).filter((time, index) => time - (created[index] ?? time) > 15_000);
  if (gaps.length === 0 || maximumPercent === undefined || maximumPercent >= 200) return [];
  const spread = ((created.at(-1) ?? 0) - (created[0] ?? 0)) / 1000;
  return [
    {
      step: 'provision',
      savesSeconds: spread,
      says: `The new tasks started in ${gaps.length + 1} waves, because only ${maximumPercent} % of the desired tasks may run. With maximum-percent: 200 they start together.`,
    },
  ];
}

/** Half is our proposal: how long is long enough is known only to those who watch it. */
function bake(durations: ReadonlyMap<string, number>, { waits }: Settings): readonly Shortening[] {
  const step = 'BAKE_TIME';
  if (waits === undefined) return [];
  const took = Math.min(durations.get(step) ?? 0, waits.bakeMinutes * 60);
  return [
    {
      step,
      savesSeconds: took / 2,
      says: `The service's bakeTimeInMinutes is ${waits.bakeMinutes}. Half of it is enough if your alarms fire in that time; ECS then stops the old tasks earlier.`,
    },
  ];
}

function steps(durations: ReadonlyMap<string, number>, { waits }: Settings): readonly Shortening[] {
  const step = 'PRODUCTION_TRAFFIC_SHIFT';
  if (waits === undefined) return [];
  const { stepMinutes, stepCount, stepSetting } = waits;
  const took = Math.min(durations.get(step) ?? 0, stepCount * stepMinutes * 60);
  return [
    {
      step,
      savesSeconds: took / 2,
      says: `The service's ${stepSetting} is ${stepMinutes}${stepCount === 1 ? '' : `, and ECS waits ${stepCount} times`}. Half of it is enough if your alarms fire in that time.`,
    },
  ];
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0);
}
