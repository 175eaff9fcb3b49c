import { fileLine, type RunCounts, summaryLines, type TestFile } from '../../scripts/test-summary.ts';

const path = '__tests__/pure/plan.test.ts';
const file = (part: Partial<TestFile> = {}): TestFile => ({
  path,
  seconds: 0.64,
  numPassingTests: 2,
  numFailingTests: 0,
  numPendingTests: 0,
  testResults: [],
  ...part,
});
const counts = (part: Partial<RunCounts> = {}): RunCounts => ({
  numPassedTests: 2,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  snapshot: { added: 0, updated: 0, unchecked: 0 },
  ...part,
});
const failure = (stack: string) => ({
  fullName: 'a plan shows it',
  status: 'failed',
  failureMessages: [`Error: expected 2\n    at Object.toBe (${stack})`],
});

it.each([
  ['that passed', file(), '[ 2/13] pure/plan.test.ts: 2 passed in 0.6 s'],
  [
    'with failures',
    file({ numFailingTests: 1, numPendingTests: 3 }),
    '[ 2/13] pure/plan.test.ts: 2 passed, 1 FAILED, 3 skipped in 0.6 s',
  ],
  [
    'with a fault of its own',
    file({ testExecError: { message: 'x' } }),
    "[ 2/13] pure/plan.test.ts: FAILED: it can't be loaded in 0.6 s",
  ],
])('says of a file %s how it went', (_, tested, line) => {
  expect(fileLine(tested, 2, 13)).toBe(line);
});

it.each<[string, readonly TestFile[], RunCounts, number, readonly string[]]>([
  ['one file', [file()], counts(), 3.4, ['Ran 1 file of pure: 2 passed in 3 s.']],
  [
    'files of two folders, and what is left out',
    [file(), file({ path: '__tests__/local/ecr.test.ts' }), file()],
    counts({ numPassedTests: 6, numPendingTests: 1, numTodoTests: 1 }),
    272,
    ['Ran 2 files of pure, 1 file of local: 6 passed, 2 skipped in 4 min 32 s.'],
  ],
  [
    'failures, each with the line of the test',
    [
      file({ testResults: [failure(`${path}:12:5`), { ...failure(''), status: 'passed' }] }),
      file({ path: '__tests__/local/ecr.test.ts', testResults: [failure('src/x.ts:1:1')] }),
      file({ path: '__tests__/local/broken.test.ts', testExecError: {} }),
    ],
    counts({ numPassedTests: 3, numFailedTests: 2, numRuntimeErrorTestSuites: 1 }),
    9,
    [
      'Failed:',
      '  __tests__/pure/plan.test.ts:12: a plan shows it',
      '  __tests__/local/ecr.test.ts: a plan shows it',
      "  __tests__/local/broken.test.ts: it can't be loaded",
      '',
      'Ran 1 file of pure, 2 files of local: 3 passed, 3 FAILED in 9 s.',
    ],
  ],
  [
    'snapshots that changed',
    [file()],
    counts({ snapshot: { added: 1, updated: 2, unchecked: 3 } }),
    1,
    [
      'Snapshots: 1 added, 2 updated, 3 that no test reads (npm test -- -u removes them).',
      'Ran 1 file of pure: 2 passed in 1 s.',
    ],
  ],
])('sums up %s', (_, files, run, seconds, lines) => {
  expect(summaryLines(files, run, seconds)).toEqual(lines);
});
