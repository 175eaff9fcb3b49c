import { add, countReport, countRun, line } from '../../scripts/count.ts';

const report = (numbers: object): string =>
  JSON.stringify({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, ...numbers });

describe('a report of jest', () => {
  it.each<[string, string | undefined, boolean, string]>([
    ['all passed', report({}), true, '3 passed, 0 failed'],
    ['one failed', report({ numFailedTests: 1 }), false, '3 passed, 1 failed'],
    ['some skipped', report({ numPendingTests: 1, numTodoTests: 1 }), true, '3 passed, 0 failed, 2 skipped'],
    ['a file that cannot be loaded', report({ numRuntimeErrorTestSuites: 2 }), false, '3 passed, 2 failed'],
    ['passed, and then ended badly', report({}), false, '3 passed, 1 failed'],
    ['nothing ran', report({ numPassedTests: 0 }), true, '0 passed, 1 failed'],
    ['only skipped', report({ numPassedTests: 0, numPendingTests: 4 }), true, '0 passed, 1 failed'],
    ['no report', undefined, true, '0 passed, 1 failed'],
    ['half a report', '{"numPassed', true, '0 passed, 1 failed'],
  ])('with %s', (_, text, isGood, expected) => {
    expect(line(countReport(text, isGood))).toBe(expected);
  });

  it('adds up', () => {
    expect(line([countReport(report({}), true), countRun(true), countRun(false)].reduce(add))).toBe(
      '4 passed, 1 failed',
    );
  });
});
