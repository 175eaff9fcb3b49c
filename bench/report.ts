import type { Alone } from './alone.ts';
import { bucketUses, countByOperation, readsPerSecond } from './calls.ts';
import type { GoodMany, Many } from './growth.ts';
import type { GoodCase, Rollouts } from './rollouts.ts';
import { type Spread, spreadOf } from './spread.ts';
import type { Measured } from './stage.ts';
import { atMost, type Row, renderColumns, renderCounts } from './table.ts';

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

export function rolloutRows({ good, crashLoop, cancelled }: Rollouts): readonly Row[] {
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

export function readRows({ good, crashLoop }: Rollouts, growth: readonly Many[]): readonly Row[] {
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
    ...growth.map((many) => row(`${servicesOf(many)} in one step`, [many.good.measured])),
  ];
}

/** What a step took of the API rates that ECS publishes. */
export function rateRows({ measured }: GoodMany): readonly Row[] {
  return bucketUses(measured).map(({ bucket, count, perSecond, mostInASecond, throttled }) => ({
    what: `${bucket.name}: ${bucket.burst}, then ${bucket.perSecond} a second`,
    figure: `${count}: ${perSecond.toFixed(1)} a second, at most ${mostInASecond}; ${throttled} throttled`,
    goal: 'none throttled',
    isMet: throttled === 0,
  }));
}

/** Counts the calls of each case: of several steps, those of the one with the median number. */
export function countsTable({ good, crashLoop }: Rollouts, alone: Alone, growth: readonly Many[]): string {
  const columns = [
    { name: 'unchanged', all: [alone.unchanged.example] },
    { name: 'not waited for', all: [alone.notWaited.example] },
    ...good.map(({ pullSeconds, ends }) => ({
      name: `${pullSeconds} s`,
      all: ends.map(({ measured }) => measured),
    })),
    { name: 'crash loop', all: crashLoop.map(({ measured }) => measured) },
    ...growth.map((many) => ({ name: servicesOf(many), all: [many.good.measured] })),
  ];
  return renderCounts(
    'API calls',
    columns.map(({ name, all }) => {
      const byCount = all.toSorted((one, other) => one.calls.length - other.calls.length);
      return { name, counts: countByOperation(byCount[Math.floor(all.length / 2)]?.calls ?? []) };
    }),
  );
}

/** The first column as it is, the others as multiples of it: that holds on any machine. */
export function growthTable(growth: readonly Many[], { emptySeconds }: Alone): string {
  const row = (name: string, values: readonly number[], say: (value: number) => string) => ({
    name,
    cells: values.map((value, at) => (at === 0 ? say(value) : ratio(value / (values[0] ?? Number.NaN)))),
  });
  const worst = (values: readonly number[]): number => spreadOf(values).worst / 1000;
  return renderColumns('One step for several services: the first as it is, the others as multiples of it', {
    columns: growth.map(servicesOf),
    rows: [
      row(
        'Overhead: the whole step, where nothing is to do',
        growth.map(({ unchanged }) => unchanged / 1000),
        seconds,
      ),
      {
        name: '  as a multiple of an empty script',
        cells: growth.map(({ unchanged }) => ratio(unchanged / 1000 / emptySeconds.median)),
      },
      row(
        'End seen: the last SUCCESSFUL to the exit',
        growth.map(({ good }) => good.untilExit / 1000),
        seconds,
      ),
      row(
        'Failure called: the third failed task to the stop, worst',
        growth.map(({ crashLoop }) => worst(crashLoop.untilStop)),
        seconds,
      ),
      row(
        'API calls, good deployment',
        growth.map(({ good }) => good.measured.calls.length),
        String,
      ),
      row(
        '  for each service',
        growth.map(({ good, services }) => good.measured.calls.length / services),
        String,
      ),
      row(
        'API calls, crash loop',
        growth.map(({ crashLoop }) => crashLoop.measured.calls.length),
        String,
      ),
      row(
        'Memory at most',
        growth.map(({ good }) => good.peakBytes / 1e6),
        (value) => `${value.toFixed(0)} MB`,
      ),
    ],
  });
}

function servicesOf({ services }: Many): string {
  return services === 1 ? '1 service' : `${services} services`;
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
