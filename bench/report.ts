import type { Alone } from './alone.ts';
import { bucketUses, countByOperation, readsPerSecond } from './calls.ts';
import type { Fifty } from './fifty.ts';
import type { GoodCase, Rollouts } from './rollouts.ts';
import { type Spread, spreadOf } from './spread.ts';
import type { Measured } from './stage.ts';
import { atMost, type Row, renderCounts } from './table.ts';

/** The goals, as the project set them before anything was measured. */
const goals = {
  megabytes: 2,
  startUpSeconds: 0.3,
  nothingToWaitForSeconds: 1,
  seenSeconds: 3,
  // What the runner gives a cancelled step: SIGTERM after 7.5 s.
  undoAskedSeconds: 2,
  cancelSeconds: 7.5,
  readsPerSecond: 0.5,
};

export function startUpRows(bytes: number, { startUpSeconds, emptySeconds }: Alone): readonly Row[] {
  return [
    atMost('dist/ in all', bytes / 1e6, goals.megabytes, (value) => `${value.toFixed(2)} MB`),
    atMost(`start-up, ${medianOf(startUpSeconds)}`, startUpSeconds.median, goals.startUpSeconds, seconds),
    { what: 'an empty script', figure: seconds(emptySeconds.median) },
    { what: 'start-up as a multiple of it', figure: ratio(startUpSeconds.median / emptySeconds.median) },
  ];
}

export function nothingRows({ unchanged, notWaited, startUpSeconds }: Alone): readonly Row[] {
  return [
    { name: 'unchanged', ...unchanged },
    { name: 'wait-for-service-stability: false', ...notWaited },
  ].flatMap(({ name, seconds: spread }) => [
    atMost(`${name}, ${medianOf(spread)}`, spread.median, goals.nothingToWaitForSeconds, seconds),
    { what: '  as a multiple of start-up', figure: ratio(spread.median / startUpSeconds.median) },
  ]);
}

export function rolloutRows({ good, crashLoop, cancelled }: Rollouts, fifty: Fifty): readonly Row[] {
  const ends = good.flatMap((one) => one.ends);
  return [
    ...good.map((one) =>
      worstWithin(
        `success, ${nameOf(one)}`,
        one.ends.map(({ untilExit }) => untilExit),
      ),
    ),
    part(
      '  until the next read',
      ends.map(({ untilRead }) => untilRead),
    ),
    part(
      '  from that read to the exit',
      ends.map(({ fromReadToExit }) => fromReadToExit),
    ),
    worstWithin('success, 50 services in one step', [fifty.untilExit]),
    worstWithin(
      'crash loop: third failed task to StopServiceDeployment',
      crashLoop.map(({ untilStop }) => untilStop),
    ),
    part(
      '  ECS rolls back',
      crashLoop.map(({ rollback }) => rollback),
    ),
    worstWithin(
      'crash loop: end of the rollback to the exit',
      crashLoop.map(({ untilExit }) => untilExit),
    ),
    worstWithin(
      'cancel: SIGINT to StopServiceDeployment',
      cancelled.map(({ untilStop }) => untilStop),
      goals.undoAskedSeconds,
    ),
    worstWithin(
      'cancel: SIGINT to the exit',
      cancelled.map(({ untilExit }) => untilExit),
      goals.cancelSeconds,
    ),
  ];
}

export function readRows({ good, crashLoop }: Rollouts, fifty: Fifty): readonly Row[] {
  const row = (what: string, all: readonly Measured[]): Row => {
    const lasted = spreadOf(all.map(({ startedAt, endedAt }) => (endedAt - startedAt) / 1000)).median;
    const reads = spreadOf(all.map(readsPerSecond)).median;
    const name = `${what}: a step of ${Math.round(lasted)} s`;
    return atMost(name, reads, goals.readsPerSecond, (value) => value.toFixed(2));
  };
  return [
    ...good.map((one) =>
      row(
        nameOf(one),
        one.ends.map(({ measured }) => measured),
      ),
    ),
    row(
      'crash loop',
      crashLoop.map(({ measured }) => measured),
    ),
    row('50 services in one step', [fifty.measured]),
  ];
}

export function fiftyRows(fifty: Fifty): readonly Row[] {
  return bucketUses(fifty.measured).map(({ bucket, count, perSecond, mostInASecond, throttled }) => ({
    what: `${bucket.name}: ${bucket.burst}, then ${bucket.perSecond} a second`,
    figure: `${count}: ${perSecond.toFixed(1)} a second, at most ${mostInASecond}; ${throttled} throttled`,
    goal: 'none throttled',
    isMet: throttled === 0,
  }));
}

/** Of several steps of one case the one with the median number of calls. */
export function countsTable({ good, crashLoop }: Rollouts, alone: Alone, fifty: Fifty): string {
  const columns = [
    { name: 'unchanged', all: [alone.unchanged.example] },
    { name: 'not waited for', all: [alone.notWaited.example] },
    ...good.map(({ pullSeconds, ends }) => ({
      name: `${pullSeconds} s`,
      all: ends.map(({ measured }) => measured),
    })),
    { name: 'crash loop', all: crashLoop.map(({ measured }) => measured) },
    { name: '50 services', all: [fifty.measured] },
  ];
  return renderCounts(
    'API calls',
    columns.map(({ name, all }) => {
      const byCount = all.toSorted((one, other) => one.calls.length - other.calls.length);
      return { name, counts: countByOperation(byCount[Math.floor(all.length / 2)]?.calls ?? []) };
    }),
  );
}

function nameOf({ pullSeconds, speed }: GoodCase): string {
  return `tasks that pull for ${pullSeconds} s${speed === 1 ? '' : ` (${speed} times as fast)`}`;
}

/** The median for the reader, the worst against the goal. */
function worstWithin(
  what: string,
  milliseconds: readonly number[],
  goalSeconds: number = goals.seenSeconds,
): Row {
  const { median, worst, count } = spreadOf(milliseconds);
  return {
    what,
    figure: `${seconds(median / 1000)}, worst of ${count} ${seconds(worst / 1000)}`,
    goal: `at most ${seconds(goalSeconds)}`,
    isMet: worst <= goalSeconds * 1000,
  };
}

function part(what: string, milliseconds: readonly number[]): Row {
  const { median, worst, count } = spreadOf(milliseconds);
  return { what, figure: `${seconds(median / 1000)}, worst of ${count} ${seconds(worst / 1000)}` };
}

function medianOf({ count }: Spread): string {
  return `median of ${count}`;
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

function ratio(value: number): string {
  return `${value.toFixed(1)} times`;
}
