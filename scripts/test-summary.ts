/** What a test run says: a line per file as it ends, and a summary. Pure. */

/** A test file as Jest reports it, as far as a reader needs it. */
export interface TestFile {
  /** Relative to the root. */
  readonly path: string;
  readonly seconds: number;
  readonly numPassingTests: number;
  readonly numFailingTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly fullName: string;
    readonly status: string;
    /** Messages with stacks. */
    readonly failureMessages: readonly string[];
  }[];
  /** Set where the file could not even be loaded. */
  readonly testExecError?: unknown;
}

/** A whole run as Jest counts it. */
export interface RunCounts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly snapshot: {
    readonly added: number;
    readonly updated: number;
    /** Without a test that reads them. */
    readonly unchecked: number;
  };
}

/** `[12/213] pure/plan.test.ts: 18 passed in 0.6 s` */
export function fileLine(file: TestFile, index: number, total: number): string {
  const { numPassingTests: passed, numFailingTests: failed, numPendingTests: skipped } = file;
  const isBroken = file.testExecError !== undefined && file.testExecError !== null;
  const counts = isBroken ? "FAILED: it can't be loaded" : countsInWords(passed, failed, skipped);
  return `[${String(index).padStart(String(total).length)}/${total}] ${shortPath(file.path)}: ${counts} in ${file.seconds.toFixed(1)} s`;
}

/** What ran, how it went and how long it took; each failure with its file and line, so that an editor opens it. */
export function summaryLines(
  files: readonly TestFile[],
  counts: RunCounts,
  seconds: number,
): readonly string[] {
  const failures = files.flatMap(failuresOf);
  const folders = [...Map.groupBy(files, ({ path }) => shortPath(path).split('/')[0] ?? '')];
  const ran = folders.map(
    ([folder, some]) => `${some.length} ${some.length === 1 ? 'file' : 'files'} of ${folder}`,
  );
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  const skipped = counts.numPendingTests + counts.numTodoTests;
  return [
    ...(failures.length === 0 ? [] : ['Failed:', ...failures, '']),
    ...snapshotLines(counts.snapshot),
    `Ran ${ran.join(', ')}: ${countsInWords(counts.numPassedTests, failed, skipped)} in ${duration(seconds)}.`,
  ];
}

function failuresOf({ path, testResults, testExecError }: TestFile): readonly string[] {
  const failed = testResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0)
    return testExecError === undefined || testExecError === null ? [] : [`  ${path}: it can't be loaded`];
  return failed.map(({ fullName, failureMessages }) => {
    const stack = failureMessages.join('\n');
    const at = stack.indexOf(`${path}:`);
    const line = at === -1 ? undefined : /^:(\d+)/.exec(stack.slice(at + path.length))?.[1];
    return `  ${path}${line === undefined ? '' : `:${line}`}: ${fullName}`;
  });
}

function snapshotLines({ added, updated, unchecked }: RunCounts['snapshot']): readonly string[] {
  const words = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(updated > 0 ? [`${updated} updated`] : []),
    ...(unchecked > 0 ? [`${unchecked} that no test reads (npm test -- -u removes them)`] : []),
  ];
  return words.length === 0 ? [] : [`Snapshots: ${words.join(', ')}.`];
}

function countsInWords(passed: number, failed: number, skipped: number): string {
  return [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} FAILED`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ');
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function shortPath(path: string): string {
  return path.replace(/^__tests__\//, '');
}
