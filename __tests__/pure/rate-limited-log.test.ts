import { rateLimitedLog } from '../../src/process/rate-limited-log.ts';

it('a line is told again a minute later, or when it has another subject', () => {
  let seconds = 0;
  const told: (readonly [number, string])[] = [];
  const tell = rateLimitedLog({ now: () => seconds * 1000 }, (line) => void told.push([seconds, line]));
  for (; seconds < 130; seconds += 10) {
    tell('one');
    tell(`${seconds} of them failed`, 'failed');
  }
  tell('two');
  expect(told).toEqual([
    [0, 'one'],
    [0, '0 of them failed'],
    [60, 'one'],
    [60, '60 of them failed'],
    [120, 'one'],
    [120, '120 of them failed'],
    [130, 'two'],
  ]);
});
