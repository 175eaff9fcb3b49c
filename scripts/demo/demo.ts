// `npm run demo`: deployments of a small web app to a local Fargate by the shipped action, started as a GitHub runner
// starts it. The last version is broken; the action rolls it back and says why. `npm run demo -- canary` shifts traffic.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Fargate } from '../../local/fargate.ts';
import { hearInterruption } from '../../local/interruption.ts';
import { logPrinter } from '../log-printer.ts';
import { keepSummary, openResults } from '../results.ts';
import type { StepRun } from '../runner.ts';
import { openScreen, styled } from '../screen.ts';
import { type Play, plays } from './acts.ts';
import { checkOut, openBackend } from './backend.ts';
import { runAct } from './deploy.ts';
import { type Stage, setUpStage } from './stage.ts';
import { ask, countVisits, sendVisitors, total, type Visitors } from './visitors.ts';

const root = join(import.meta.dirname, '../..');
const results = openResults(join(root, '.cache', 'demo'));
const screen = openScreen(process.stdout);

const [chosen = 'rolling', ...unknown] = process.argv.slice(2);

const interruption = hearInterruption();
const { signal } = interruption;
signal.addEventListener('abort', () => {
  screen.line('\nStopping: first the step that is running, then what the demo started ...');
});
try {
  process.exitCode = await demo();
} catch (error) {
  screen.live(undefined);
  if (error !== signal.reason) console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
if (signal.aborted) {
  screen.live(undefined);
  screen.line('Stopped.');
  process.exitCode = interruption.exitCode();
}

async function demo(): Promise<number> {
  if (!existsSync(join(root, 'dist'))) throw new Error('dist/ is missing. Run npm run bundle first.');
  const play = unknown.length === 0 ? new Map<string, Play>(Object.entries(plays)).get(chosen) : undefined;
  if (play === undefined) throw new Error('Usage: npm run demo, or npm run demo -- canary');
  const started = performance.now();
  await using cleanup = new AsyncDisposableStack();
  screen.live(() => 'starting the local Fargate');
  const backend = await openBackend(process.env, signal);
  cleanup.defer(() => backend.close());
  signal.throwIfAborted();
  for (const sentence of backend.says) screen.line(sentence);
  const { fargate } = backend;
  const workspace = checkOut(join(root, 'examples', 'web'));
  cleanup.defer(() => rmSync(workspace, { recursive: true, force: true }));
  const stage = await setUpStage(fargate, play.strategy);
  signal.throwIfAborted();
  screen.line(`\nThe local AWS listens on ${fargate.endpoint}.`);
  if (backend.answersHttp)
    screen.line(
      `The load balancer of the service listens on ${stage.url}${stage.testUrl === undefined ? '' : `, for test traffic on ${stage.testUrl}`}.`,
    );
  screen.line('The service web is new: its task definition placeholder:1 runs no tasks.');

  let visitors: Visitors | undefined;
  cleanup.defer(async () => void (await visitors?.leave()));
  let isAsExpected = true;
  let page = '';
  for (const [index, act] of play.acts.entries()) {
    const number = index + 1;
    screen.line(`\n${styled('bold', `━━━ ${number}. ${act.title}`)}\n`);
    const begin = performance.now();
    const before = countVisits(visitors);
    const visitsText = (): string => {
      if (visitors === undefined) return '';
      const { answered, lost } = countVisits(visitors);
      return ` · ${answered - before.answered} requests answered, ${lost - before.lost} lost`;
    };
    screen.live(() => `${secondsSince(begin)} s · ${tasksText(fargate)}${visitsText()}`);
    const print = (): ReturnType<typeof logPrinter> => logPrinter(screen, { foldsGroups: true });
    const { main: run, post } = await runAct(act, {
      action: root,
      backend,
      stage,
      workspace,
      signal,
      print,
    });
    screen.live(undefined);
    if (post.exitCode !== 0) screen.line(`The post phase exited with code ${post.exitCode}.`);
    page = keepSummary(results, {
      name: `summary-${number}`,
      title: act.title,
      summary: run.summary,
      note: `In this demo ECS's clock runs ${backend.speed} times as fast as the action's own, so ECS's times in the timeline are longer than the run.`,
    });
    const isExpected = run.exitCode === act.exitCode;
    isAsExpected &&= isExpected;
    screen.line(`\n${headline(number, run, isExpected)} in ${secondsSince(begin)} s${visitsText()}\n`);
    await showState(stage, run, backend.answersHttp);
    if (!backend.answersHttp) continue;
    visitors ??= sendVisitors(stage.url);
    if (act.watchSeconds !== undefined) await watch(visitors, act.watchSeconds);
  }
  await visitors?.leave();
  conclude(visitors, page);
  screen.line(`\nThe demo took ${secondsSince(started)} s.`);
  return isAsExpected && countVisits(visitors).lost === 0 ? 0 : 1;
}

/** The result stands out: green where the step is green on GitHub, too. */
function headline(number: number, run: StepRun, isExpected: boolean): string {
  const result = run.outputs['result'] ?? `exit code ${run.exitCode}`;
  const asPlanned = isExpected ? '' : ' (the demo expected another result)';
  return styled(['bold', run.exitCode === 0 ? 'green' : 'red'], `━━━ ${number}. ${result}${asPlanned}`);
}

/** What runs at this moment: `web:1: 2 running; web:2: 1 pending`. */
function tasksText({ ecs }: Fargate): string {
  const counts = new Map<string, Map<string, number>>();
  for (const { taskDefinition, lastStatus } of ecs.snapshot().tasks) {
    if (lastStatus === 'STOPPED') continue;
    const status = lastStatus.toLowerCase();
    const own = counts.get(taskDefinition) ?? new Map<string, number>();
    counts.set(taskDefinition, own.set(status, (own.get(status) ?? 0) + 1));
  }
  const texts = [...counts].map(
    ([revision, own]) => `${revision}: ${[...own].map(([status, count]) => `${count} ${status}`).join(', ')}`,
  );
  return texts.length === 0 ? 'no tasks' : texts.join('; ');
}

async function showState(stage: Stage, run: StepRun, answersHttp: boolean): Promise<void> {
  const service = await stage.describe();
  screen.line(`The step exited with code ${run.exitCode}.`);
  screen.line(`The service runs ${service.taskDefinition} with ${service.runningCount} tasks.`);
  if (!answersHttp) return;
  const page = await ask(stage.url);
  screen.line(`GET ${stage.url}/ answers ${page.status}: ${page.text}`);
}

/** Counts which version answers visitors while nothing else happens. */
async function watch(visitors: Visitors, seconds: number): Promise<void> {
  const before = new Map(visitors.visits.answered);
  screen.live(() => 'visitors come in');
  await setTimeout(seconds * 1000, undefined, { signal });
  screen.live(undefined);
  const counts = [...visitors.visits.answered].map(
    ([text, count]) => `${count - (before.get(text) ?? 0)} × "${text}"`,
  );
  screen.line(`Visitors in ${seconds} s: ${counts.join(', ')}.`);
}

function conclude(visitors: Visitors | undefined, page: string): void {
  screen.line(`\n${styled('bold', '━━━ What remains')}\n`);
  if (visitors !== undefined) {
    const { answered, lost } = visitors.visits;
    const pages = [...answered].map(([text, count]) => `${count} × "${text}"`).join(', ');
    const losses = [...lost].map(([words, count]) => ` (${count} × ${words})`).join('');
    screen.line(
      `From the second step on ${total(answered)} requests were answered (${pages}),\nand ${total(lost)} were lost${losses}.`,
    );
  }
  screen.line(`The job summary of the failed step, as a page: ${styled('underline', page)}`);
  screen.line(`
The same in a workflow, after a sign-in to AWS (examples/workflows/staging.yml has all of it):

  - uses: org/fargate-deploy@v1
    with:
      cluster: staging
      service: web`);
}

function secondsSince(begin: number): number {
  return Math.round((performance.now() - begin) / 1000);
}
