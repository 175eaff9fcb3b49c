import { inWords } from '../../text/words.ts';
import type { DeploymentTimes } from './timeline.ts';

/** What decides how long a deployment waits; undefined where it may not be read. */
export interface Settings {
  readonly deregistrationDelaySeconds: number | undefined;
  readonly targetCheck: { readonly intervalSeconds: number; readonly threshold: number } | undefined;
  /** The containers' own health checks: the longest interval. */
  readonly containerCheckSeconds: number | undefined;
  readonly maximumPercent: number | undefined;
  readonly imageBytes: number | undefined;
}

/** A way to shorten a step. */
export interface Shortening {
  /** The name of its bars. */
  readonly step: string;
  readonly savesSeconds: number;
  readonly says: string;
}

/** What is set instead, for the numbers: enough for a service whose requests are short. */
const wanted = { drainSeconds: 15, checkIntervalSeconds: 5, checkThreshold: 2, containerCheckSeconds: 5 };

/** Less is not worth a change. */
const worthSeconds = 5;

/**
 * What would shorten the next deployment, the most first. Pure. The numbers are what the settings make of the times
 * that were measured, never more than those.
 *
 * @param durations as `durationsOf` tells them
 */
export function shorten(
  durations: ReadonlyMap<string, number>,
  settings: Settings,
  times: Pick<DeploymentTimes, 'newTasks' | 'oldTasks'>,
): readonly Shortening[] {
  return [
    ...drain(durations, settings),
    ...killed(durations, settings, times),
    ...targetChecks(durations, settings),
    ...pull(durations, settings),
    ...waves(settings, times),
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
      savesSeconds: delay - wanted.drainSeconds,
      says: `The deregistration delay of the target group is ${inWords(delay)}; where requests are short, ${wanted.drainSeconds} s do (deregistration_delay.timeout_seconds).`,
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
      says: `${count} old tasks were killed (exit code 137) because they did not end by SIGTERM: let the program handle it, or start it with exec and not through a shell.`,
    },
  ];
}

/** A target is healthy after so many checks in a row (documented; 5 every 30 s by default). */
function targetChecks(
  durations: ReadonlyMap<string, number>,
  { targetCheck, containerCheckSeconds }: Settings,
): readonly Shortening[] {
  const step = 'health checks';
  const took = durations.get(step) ?? 0;
  if (targetCheck !== undefined) {
    const { intervalSeconds, threshold } = targetCheck;
    const saves = intervalSeconds * threshold - wanted.checkIntervalSeconds * wanted.checkThreshold;
    return [
      {
        step,
        savesSeconds: Math.min(saves, took),
        says: `The load balancer calls a task healthy after ${threshold} checks, one every ${intervalSeconds} s; ${wanted.checkThreshold} every ${wanted.checkIntervalSeconds} s do.`,
      },
    ];
  }
  if (containerCheckSeconds === undefined) return [];
  return [
    {
      step,
      savesSeconds: Math.min(containerCheckSeconds - wanted.containerCheckSeconds, took),
      says: `The container's health check runs every ${containerCheckSeconds} s; every ${wanted.containerCheckSeconds} s sees a start sooner.`,
    },
  ];
}

function pull(durations: ReadonlyMap<string, number>, { imageBytes }: Settings): readonly Shortening[] {
  const step = 'pull';
  const took = durations.get(step) ?? 0;
  const size = imageBytes === undefined ? 'The image' : `The image has ${megabytes(imageBytes)} MB; it`;
  return [
    {
      step,
      savesSeconds: took / 2,
      says: `${size} is pulled anew by every task: half of it, by a smaller base or fewer layers, takes half as long.`,
    },
  ];
}

/** New tasks that are started only when old ones have ended. */
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
      says: `The new tasks came in ${gaps.length + 1} waves, because only ${maximumPercent} % of the wanted tasks may run: maximum-percent: 200 starts them together.`,
    },
  ];
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0);
}
