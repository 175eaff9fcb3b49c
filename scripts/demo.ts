// `npm run demo`: three deployments of a small web app to a local Fargate by the shipped action, started as a GitHub
// runner starts it. The third version is broken; the action rolls it back and says why.
import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { hearInterruption } from '../local/interruption.ts';
import { deployVersion } from './demo-deploy.ts';
import { brokenVersion, checkOut, type Means, openMeans } from './demo-means.ts';
import { type Stage, setUpStage } from './demo-stage.ts';
import { ask, sendVisitors, total, type Visitors } from './demo-visitors.ts';
import { logPrinter } from './log-printer.ts';
import { keepSummary, openResults } from './results.ts';
import type { StepRun } from './runner.ts';

const root = join(import.meta.dirname, '..');
const results = openResults(join(root, '.cache', 'demo'));

const deployments = [
  { version: 1, title: 'The first version', exitCode: 0 },
  { version: 2, title: 'A good second version', exitCode: 0 },
  { version: brokenVersion, title: 'A broken third version', exitCode: 1 },
] as const;

const interruption = hearInterruption();
const { signal } = interruption;
signal.addEventListener('abort', () => {
  console.log('\nStopping: first the step that runs, then what the demo has started ...');
});
try {
  process.exitCode = await demo();
} catch (error) {
  if (error !== signal.reason) console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
if (signal.aborted) {
  console.log('Stopped.');
  process.exitCode = interruption.exitCode();
}

async function demo(): Promise<number> {
  if (!existsSync(join(root, 'dist'))) throw new Error('dist/ is missing: npm run bundle');
  const started = performance.now();
  await using tidying = new AsyncDisposableStack();
  const means = await openMeans(process.env, signal);
  tidying.defer(() => means.close());
  signal.throwIfAborted();
  for (const sentence of means.says) console.log(sentence);
  const { fargate } = means;
  const workspace = checkOut(join(root, 'examples', 'web'));
  tidying.defer(() => rmSync(workspace, { recursive: true, force: true }));
  const stage = await setUpStage(fargate);
  signal.throwIfAborted();
  const balancer = means.answersHttp ? `, the load balancer listens on ${stage.url}` : '';
  console.log(`\nThe local AWS is ${fargate.endpoint}${balancer}.`);
  console.log('The service web is new and still empty: its revision placeholder:1 runs no tasks.');

  let visitors: Visitors | undefined;
  tidying.defer(async () => void (await visitors?.leave()));
  let isAsExpected = true;
  for (const { version, title, exitCode } of deployments) {
    console.log(`\n━━━ ${version}. ${title}\n`);
    const options = { action: root, means, stage, workspace, signal, print: logPrinter };
    const { main: run, post } = await deployVersion(version, options);
    if (post.exitCode !== 0) console.log(`post ended with exit code ${post.exitCode}`);
    keepSummary(results, { name: `summary-${version}`, title: `Version ${version}`, summary: run.summary });
    isAsExpected &&= run.exitCode === exitCode;
    await showState(means, stage, run);
    if (means.answersHttp) visitors ??= sendVisitors(stage.url);
  }
  await visitors?.leave();
  conclude(visitors);
  console.log(`\nThe demo took ${Math.round((performance.now() - started) / 1000)} s.`);
  return isAsExpected && total(visitors?.visits.lost ?? new Map()) === 0 ? 0 : 1;
}

async function showState(means: Means, stage: Stage, run: StepRun): Promise<void> {
  const service = await stage.look();
  console.log(`\nThe step: exit code ${run.exitCode}, result ${run.outputs['result'] ?? 'none'}.`);
  console.log(`The service: ${service.taskDefinition}, ${service.runningCount} tasks running.`);
  if (!means.answersHttp) return;
  const page = await ask(stage.url);
  console.log(`GET ${stage.url}/ answers ${page.status}: ${page.text}`);
}

function conclude(visitors: Visitors | undefined): void {
  console.log('\n━━━ What remains\n');
  if (visitors !== undefined) {
    const { answered, lost } = visitors.visits;
    const pages = [...answered].map(([text, count]) => `${count} × "${text}"`).join(', ');
    console.log(`Requests during the second and third deployment: ${total(answered)} answered (${pages}),`);
    console.log(`${total(lost)} lost${[...lost].map(([words, count]) => `; ${count} × ${words}`).join('')}.`);
  }
  const page = relative(process.cwd(), join(results, `summary-${brokenVersion}.html`));
  console.log(`The job summary of the failed step, as a page: ${page} (Markdown beside it).`);
  console.log(`
The same in a workflow, after a sign-in to AWS (all of it: examples/workflows/staging.yml):

  - uses: org/fargate-deploy@v1
    with:
      cluster: staging
      service: web`);
}
