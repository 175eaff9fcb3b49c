// The last line of .ci/run: the sum of jest's reports and the other checks. Takes the exit code of each part that ran as
// `name=code`; a part with a jest report counts its tests, any other counts as one.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { add, type Count, countReport, countRun, line } from './count.ts';

const reports: Readonly<Record<string, string>> = {
  tests: 'pure-local-scenarios.json',
  rollouts: 'generated.json',
  docker: 'docker.json',
  workflows: 'workflows.json',
};

const total = process.argv
  .slice(2)
  .map((argument): Count => {
    const [part = '', code = ''] = argument.split('=');
    const report = reports[part];
    return report === undefined ? countRun(code === '0') : countReport(read(report), code === '0');
  })
  .reduce(add, { passed: 0, failed: 0, skipped: 0 });

console.log(line(total));
process.exitCode = total.passed > 0 && total.failed === 0 ? 0 : 1;

function read(file: string): string | undefined {
  const path = join(import.meta.dirname, '..', 'reports', file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
