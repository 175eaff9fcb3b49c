import { manualClock, runningClock } from '../../local/base/clock.ts';

describe.each([
  ['moved by hand', manualClock, 'advance'],
  ['that runs by itself', () => runningClock(0.001), 'skip'],
] as const)('a clock %s', (_, make, move) => {
  it('calls what falls due, in its order, at its moment, and what that adds', () => {
    const clock = make();
    const started = clock.now();
    const called: (readonly [string, number])[] = [];
    const note = (name: string): void => {
      called.push([name, Math.round((clock.now() - started) / 1000)]);
    };
    clock.after(30, () => note('late'));
    clock.after(10, () => {
      note('first');
      clock.after(5, () => note('added'));
    });
    clock.after(10, () => note('second'));
    const cancel = clock.after(12, () => note('cancelled'));
    clock.after(100, () => note('not yet'));
    cancel();
    const moving: { readonly [name in 'advance' | 'skip']?: (seconds: number) => void } = clock;
    moving[move]?.(40);
    expect(called).toEqual([
      ['first', 10],
      ['second', 10],
      ['added', 15],
      ['late', 30],
    ]);
    expect(Math.round((clock.now() - started) / 1000)).toBe(40);
    moving[move]?.(59.9);
    expect(called).toHaveLength(4);
  });
});

it('a clock that runs by itself calls in its time', async () => {
  const clock = runningClock(1000);
  const started = clock.now();
  await new Promise<void>((resolve) => void clock.after(20, resolve));
  expect(clock.now() - started).toBeGreaterThanOrEqual(20_000);
});

it('a clock that runs by itself calls at its moment what is called late', async () => {
  const clock = runningClock(1000);
  const moments: number[] = [];
  const note = (): void => void moments.push(clock.now());
  clock.after(10, () => {
    note();
    clock.after(2, note);
  });
  clock.after(20, note);
  const done = new Promise<void>((resolve) => {
    clock.after(30, resolve);
  });
  // Nothing can be called meanwhile.
  const until = performance.now() + 50;
  while (performance.now() < until);
  note();
  await done;
  const [held = 0, ...called] = moments;
  const millisecondsLater = called.map((moment) => Math.round(moment - held));
  expect(millisecondsLater.slice(0, 2)).toEqual([0, 2000]);
  // A busy machine may have taken its time between the first and the third.
  expect(millisecondsLater[2]).toBeGreaterThanOrEqual(10_000);
  expect(millisecondsLater).toHaveLength(3);
});
