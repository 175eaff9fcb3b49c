// `npm run step`: runs the shipped action once, main and post, as a GitHub runner does, against a local Fargate.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { clientEnvironment } from '../local/client-environment.ts';
import { hearInterruption } from '../local/interruption.ts';
import { logPrinter } from './log-printer.ts';
import { keepSummary, openResults } from './results.ts';
import { inputsOf, runPost, type Step, startStep } from './runner.ts';
import { finishOrCancel } from './runner-cancel.ts';
import { readStepArguments } from './step-arguments.ts';
import { stepEnvironment } from './step-environment.ts';

const usage = `npm run step -- [--workspace FOLDER] input=value ...
  Runs the action as a step of a workflow, with these inputs (a list: the same name again), against the local Fargate
  that npm run local keeps up in another terminal (or the one that AWS_ENDPOINT_URL names). Ctrl-C cancels the step as
  GitHub does.
  --workspace  the folder that the step takes for the checkout (default: where you are)

  npm run step -- cluster=local service=web context=examples/web
`;

const root = join(import.meta.dirname, '..');

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.length === 0 || args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  if (!existsSync(join(root, 'dist'))) throw new Error('dist/ is missing: npm run bundle');
  const { inputs, workspace = '.' } = readStepArguments(args, Object.keys(inputsOf(root)));
  const endpoint = process.env['AWS_ENDPOINT_URL'] ?? 'http://127.0.0.1:4700';
  await mustAnswer(endpoint);

  const { signal } = hearInterruption();
  const step: Step = {
    action: root,
    inputs,
    // npm starts its scripts in the package's folder, and says where it was called.
    workspace: resolve(process.env['INIT_CWD'] ?? '.', workspace),
    // Keys of the local Fargate and no others: a mistaken endpoint gets nothing that is worth having.
    environment: stepEnvironment(clientEnvironment(endpoint, process.env['AWS_REGION'] ?? 'eu-west-1')),
  };
  const run = await finishOrCancel(startStep({ ...step, print: logPrinter() }), signal);
  const post = await runPost({ ...step, print: logPrinter() }, run);

  console.log(`\nThe step: exit code ${run.exitCode}. Its post phase: exit code ${post.exitCode}.\nOutputs:`);
  for (const [name, value] of Object.entries(run.outputs)) console.log(`  ${name}: ${value}`);
  const summary = [run.summary, post.summary].join('\n');
  const results = openResults(join(root, '.cache', 'step'));
  const page = keepSummary(results, { name: 'summary', title: 'Job summary', summary });
  console.log(`The job summary as a page: ${page} (Markdown beside it).`);
  return run.exitCode === 0 ? post.exitCode : run.exitCode;
}

async function mustAnswer(endpoint: string): Promise<void> {
  await fetch(endpoint).catch((cause: unknown) => {
    const hint = 'Start it with npm run local in another terminal, or let AWS_ENDPOINT_URL say where it is.';
    throw new Error(`No local Fargate answers on ${endpoint}. ${hint}`, { cause });
  });
}
