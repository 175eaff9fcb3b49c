// Jest's output as a person reads it: a line per file, failures in full as they come, and a summary at the end.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileLine, type RunCounts, summaryLines, type TestFile } from './test-summary.ts';

interface JestFile extends Omit<TestFile, 'path' | 'seconds'> {
  readonly testFilePath: string;
  readonly failureMessage?: string | null;
  readonly perfStats: { readonly runtime: number };
}

interface JestRun extends RunCounts {
  readonly numTotalTestSuites: number;
}

/** What `scripts/count.ts` reads. */
const counted = [
  'numPassedTests',
  'numFailedTests',
  'numPendingTests',
  'numTodoTests',
  'numRuntimeErrorTestSuites',
];

/** Jest calls it with `new`, and then its hooks (documented). */
function TestReporter(
  { rootDir }: { readonly rootDir: string },
  /** Where the counts go, for the total of `.ci/run`. */
  { countsFile }: { readonly countsFile: string },
) {
  const begun = Date.now();
  const files: TestFile[] = [];
  return {
    onTestResult: (_test: unknown, result: JestFile, { numTotalTestSuites }: JestRun): void => {
      const path = relative(rootDir, result.testFilePath);
      const file = { ...result, path, seconds: result.perfStats.runtime / 1000 };
      files.push(file);
      console.log(fileLine(file, files.length, numTotalTestSuites));
      if (result.failureMessage) console.log(`\n${result.failureMessage.trimEnd()}\n`);
    },
    onRunComplete: (_contexts: unknown, run: JestRun): void => {
      console.log(`\n${summaryLines(files, run, (Date.now() - begun) / 1000).join('\n')}`);
      writeFileSync(countsFile, `${JSON.stringify(run, counted)}\n`);
    },
  };
}

export default TestReporter;
