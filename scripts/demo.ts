// `npm run demo`: three deployments of a small web app to a local Fargate by the shipped action, started as a GitHub
// runner starts it. The third version is broken; the action rolls it back and says why.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { deployVersion } from './demo-deploy.ts';
import { brokenVersion, checkOut, type Means, openMeans } from './demo-means.ts';
import { type Stage, setUpStage } from './demo-stage.ts';
import { ask, sendVisitors, total, type Visitors } from './demo-visitors.ts';
import { markdownPage } from './markdown-page.ts';
import type { StepRun } from './runner.ts';
import { showLog } from './runner-log.ts';

const root = join(import.meta.dirname, '..');
const bundle = join(root, 'dist', 'index.js');
const results = join(root, '.cache', 'demo');

const deployments = [
  { version: 1, title: 'The first version', exitCode: 0 },
  { version: 2, title: 'A good second version', exitCode: 0 },
  { version: brokenVersion, title: 'A broken third version', exitCode: 1 },
] as const;

process.exitCode = await demo();

async function demo(): Promise<number> {
  if (!existsSync(bundle)) throw new Error('dist/index.js is missing: npm run bundle');
  const started = performance.now();
  const means = await openMeans(process.env);
  for (const sentence of means.says) console.log(sentence);
  const { fargate } = means;
  const workspace = checkOut(join(root, 'examples', 'web'));
  let visitors: Visitors | undefined;
  const cleanUp = async (): Promise<void> => {
    await visitors?.leave();
    await means.close();
    rmSync(workspace, { recursive: true, force: true });
  };
  process.once('SIGINT', () => void cleanUp().finally(() => process.exit(130)));
  try {
    const stage = await setUpStage(fargate);
    console.log(`\nThe local AWS is ${fargate.endpoint}, the load balancer listens on ${stage.url}.`);
    let isAsExpected = true;
    for (const { version, title, exitCode } of deployments) {
      console.log(`\n━━━ ${version}. ${title}\n`);
      const { main: run, post } = await deployVersion(version, {
        bundle,
        means,
        stage,
        workspace,
        print: logPrinter,
      });
      if (post.exitCode !== 0) console.log(`post ended with exit code ${post.exitCode}`);
      keepSummary(version, run.summary);
      isAsExpected &&= run.exitCode === exitCode;
      await showState(means, stage, run);
      if (means.answersHttp) visitors ??= sendVisitors(stage.url);
    }
    await visitors?.leave();
    conclude(visitors);
    console.log(`\nThe demo took ${Math.round((performance.now() - started) / 1000)} s.`);
    return isAsExpected && total(visitors?.visits.lost ?? new Map()) === 0 ? 0 : 1;
  } finally {
    await cleanUp();
  }
}

/** Prints whole lines as GitHub would show them. */
function logPrinter(): (text: string) => void {
  let printed = '';
  let shown = 0;
  return (text) => {
    printed += text;
    const whole = printed.slice(0, printed.lastIndexOf('\n') + 1);
    const { lines } = showLog(whole);
    for (const line of whole === '' ? [] : lines.slice(shown)) console.log(`  │ ${line}`);
    shown = whole === '' ? 0 : lines.length;
  };
}

function keepSummary(version: number, summary: string): void {
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `summary-${version}.md`), summary);
  writeFileSync(join(results, `summary-${version}.html`), markdownPage(`Version ${version}`, summary));
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
