// The last line of .ci/run: sums jest's machine-readable reports and the checks that are no tests. Takes the exit
// codes as `name=code`: `tests`, `rollouts`, `docker` and `workflows` are runs of jest, `checks`, `dist`,
// `engines` and `tools` count as one each.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { add, type Count, countReport, countRun, line } from './count.ts';

const reports = join(import.meta.dirname, '..', 'reports');
const codes = new Map(
  process.argv.slice(2).map((argument) => {
    const [name = '', code = ''] = argument.split('=');
    return [name, code === '0'];
  }),
);
const read = (file: string): string | undefined => {
  const path = join(reports, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
};
const total: Count = [
  countReport(read('pure-local-scenarios.json'), codes.get('tests') === true),
  countReport(read('generated.json'), codes.get('rollouts') === true),
  countReport(read('docker.json'), codes.get('docker') === true),
  countReport(read('workflows.json'), codes.get('workflows') === true),
  countRun(codes.get('checks') === true),
  countRun(codes.get('dist') === true),
  countRun(codes.get('engines') === true),
  countRun(codes.get('tools') === true),
].reduce(add);

console.log(line(total));
process.exitCode = total.passed > 0 && total.failed === 0 ? 0 : 1;
