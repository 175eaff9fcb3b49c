// `npm run demo`: three deployments of a small web app to a local Fargate by the shipped action, started as a GitHub
// runner starts it. The third version is broken; the action rolls it back and says why.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join, relative } from 'node:path';
import type { Fargate } from '../local/fargate.ts';
import { brokenVersion, checkOut, findMeans, type Means } from './demo-means.ts';
import { type Stage, setUpStage } from './demo-stage.ts';
import { ask, sendVisitors, total, type Visitors } from './demo-visitors.ts';
import { markdownPage } from './markdown-page.ts';
import { runPost, runStep, type Step, type StepRun } from './runner.ts';
import { showLog } from './runner-log.ts';

const root = join(import.meta.dirname, '..');
const bundle = join(root, 'dist', 'index.js');
const results = join(root, '.cache', 'demo');

const deployments = [
  { version: 1, title: 'The first version', exitCode: 0 },
  { version: 2, title: 'A good second version', exitCode: 0 },
  { version: brokenVersion, title: 'A broken third version', exitCode: 1 },
] as const;

/** A profile of the user shall neither help nor hinder. */
const withoutAwsFiles = { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };

process.exitCode = await demo();

async function demo(): Promise<number> {
  if (!existsSync(bundle)) throw new Error('dist/index.js is missing: npm run bundle');
  const started = performance.now();
  const means = await findMeans(process.env);
  for (const sentence of means.says) console.log(sentence);
  const fargate = await means.start();
  const workspace = checkOut(join(root, 'examples', 'web'));
  let visitors: Visitors | undefined;
  process.once('SIGINT', () => void fargate.close().finally(() => process.exit(130)));
  try {
    const stage = await setUpStage(fargate);
    console.log(`\nThe local AWS is ${fargate.endpoint}, the load balancer listens on ${stage.url}.`);
    let isAsExpected = true;
    for (const { version, title, exitCode } of deployments) {
      console.log(`\n━━━ ${version}. ${title}\n`);
      const run = await deploy(version, { means, fargate, stage, workspace });
      isAsExpected &&= run.exitCode === exitCode;
      await showState(means, stage, run);
      if (means.answersHttp) visitors ??= sendVisitors(stage.url);
    }
    await visitors?.leave();
    conclude(visitors);
    console.log(`\nThe demo took ${Math.round((performance.now() - started) / 1000)} s.`);
    return isAsExpected && total(visitors?.visits.lost ?? new Map()) === 0 ? 0 : 1;
  } finally {
    await visitors?.leave();
    await fargate.close();
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** One step of a workflow, main and post, with its log printed as it comes. */
async function deploy(
  version: number,
  options: {
    readonly means: Means;
    readonly fargate: Fargate;
    readonly stage: Stage;
    readonly workspace: string;
  },
): Promise<StepRun> {
  const { means, fargate, stage, workspace } = options;
  const step: Step = {
    bundle,
    workspace,
    inputs: {
      cluster: stage.cluster,
      service: stage.service,
      'task-definition': 'task-definition.json',
      'desired-count': '2',
      ...means.prepare(version, fargate, workspace),
    },
    environment: { ...dockerEnvironment(), ...fargate.environment, ...withoutAwsFiles },
    print: logPrinter(),
  };
  const run = await runStep(step);
  const post = await runPost({ ...step, print: logPrinter() }, run);
  if (post.exitCode !== 0) console.log(`post ended with exit code ${post.exitCode}`);
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `summary-${version}.md`), run.summary);
  writeFileSync(join(results, `summary-${version}.html`), markdownPage(`Version ${version}`, run.summary));
  return run;
}

/** The user's Docker: where its engine is, its context and its plugins. */
function dockerEnvironment(): Readonly<Record<string, string>> {
  const names = Object.keys(process.env).filter((name) => name === 'HOME' || name.startsWith('DOCKER_'));
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
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
