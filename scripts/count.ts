export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts a check that passes or fails as a whole. */
export function countRun(isGood: boolean): Count {
  return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0 };
}

/**
 * Counts the tests in what jest writes with `--json`.
 * @param report undefined where jest wrote none: the run failed before its first test
 * @param isGood whether jest exited with 0; otherwise at least one failure is counted
 */
export function countReport(report: string | undefined, isGood: boolean): Count {
  const counted = report === undefined ? undefined : readReport(report);
  if (counted === undefined || counted.passed + counted.failed === 0) return countRun(false);
  return isGood || counted.failed > 0 ? counted : { ...counted, failed: 1 };
}

export function add(one: Count, other: Count): Count {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

export function line({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function readReport(text: string): Count | undefined {
  try {
    const report: unknown = JSON.parse(text);
    if (typeof report !== 'object' || report === null) return undefined;
    const number = (name: string): number => {
      const value: unknown = Object.entries(report).find(([member]) => member === name)?.[1];
      return typeof value === 'number' ? value : 0;
    };
    return {
      passed: number('numPassedTests'),
      // A test file that can't be loaded has no tests to fail.
      failed: number('numFailedTests') + number('numRuntimeErrorTestSuites'),
      skipped: number('numPendingTests') + number('numTodoTests'),
    };
  } catch {
    return undefined;
  }
}
