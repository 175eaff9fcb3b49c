// `npm run bench`: what the action adds to a deployment. It measures the shipped bundle against a local Fargate with
// simulated tasks and prints figures beside goals; it fails only when nothing could be measured.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { measureAlone } from './alone.ts';
import { measureGrowth } from './growth.ts';
import {
  countsTable,
  growthTable,
  nothingRows,
  rateRows,
  readRows,
  rolloutRows,
  startUpRows,
} from './report.ts';
import { measureRollouts } from './rollouts.ts';
import { program } from './stage.ts';
import { render } from './table.ts';

if (!existsSync(program)) throw new Error('dist/index.js is missing: npm run bundle');
const started = performance.now();
const load = loadavg()[0] ?? 0;
console.log(
  `Node.js ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} processors, ${load.toFixed(1)} of them busy before.`,
);

// What is short is measured alone; what waits most of the time waits side by side.
if (load >= availableParallelism()) {
  console.log('They are busy with other work: short times come out too long; ratios hold.');
}
console.log('Starting up, and steps that have nothing to wait for (10 s) ...');
const alone = await measureAlone(9);
console.log('Deployments (80 s) ...');
const rollouts = await measureRollouts();
console.log('One step for 1, 10 and 50 services (150 s) ...\n');
const growth = await measureGrowth();
const most = growth.at(-1);

console.log(
  render([
    { title: 'The bundle', rows: startUpRows(bundleBytes(), alone) },
    { title: 'A step that has nothing to wait for', rows: nothingRows(alone) },
    { title: 'From the decision on the server to the exit of the step', rows: rolloutRows(rollouts) },
    { title: 'Reads in a second for each service, while it is followed', rows: readRows(rollouts, growth) },
    {
      title: '50 services in one step, within the API rates that ECS publishes',
      rows: most === undefined ? [] : rateRows(most.good),
    },
  ]),
);
console.log(`\n${countsTable(rollouts, alone, growth)}`);
console.log(`\n${growthTable(growth, alone)}`);
console.log(`\nThe bench took ${Math.round((performance.now() - started) / 1000)} s.`);

/** Bytes of all that GitHub fetches. */
function bundleBytes(): number {
  return readdirSync(dirname(program), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
