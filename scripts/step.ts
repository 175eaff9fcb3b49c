// `npm run step`: runs the shipped action once, main and post, as a GitHub runner does, against a local Fargate.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { clientEnvironment } from '../local/client-environment.ts';
import { hearInterruption } from '../local/interruption.ts';
import { inputsOf } from './action-manifest.ts';
import { logPrinter } from './log-printer.ts';
import { keepSummary, openResults } from './results.ts';
import { runPost, type Step, startStep } from './runner.ts';
import { finishOrCancel } from './runner-cancel.ts';
import { openScreen, styled } from './screen.ts';
import { readStepArguments } from './step-arguments.ts';
import { stepEnvironment } from './step-environment.ts';

const usage = `npm run step -- [--workspace FOLDER] input=value ...
  Runs the action with these inputs as a step of a workflow, against the local Fargate that npm run local keeps running
  in another terminal (or the one in AWS_ENDPOINT_URL). Repeat an input to give it several lines. Ctrl-C cancels the step
  as GitHub does.
  --workspace  the folder that the step finds as its checkout (default: the current one)

  npm run step -- cluster=local service=web context=examples/web
`;
const screen = openScreen(process.stdout);

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
  if (!existsSync(join(root, 'dist'))) throw new Error('dist/ is missing. Run npm run bundle first.');
  const { inputs, workspace = '.' } = readStepArguments(args, Object.keys(inputsOf(root)));
  const endpoint = process.env['AWS_ENDPOINT_URL'] ?? 'http://127.0.0.1:4700';
  await mustAnswer(endpoint);
  const hint = await missingServiceHint(endpoint, inputs);
  if (hint !== undefined) console.log(`${hint}\n`);

  const { signal } = hearInterruption();
  const step: Step = {
    action: root,
    inputs,
    // npm starts a script in the package's folder; INIT_CWD is where the user called it.
    workspace: resolve(process.env['INIT_CWD'] ?? '.', workspace),
    // The keys of the local Fargate and no others: a wrong endpoint learns nothing.
    environment: stepEnvironment(clientEnvironment(endpoint, process.env['AWS_REGION'] ?? 'eu-west-1')),
  };
  const run = await finishOrCancel(startStep({ ...step, print: logPrinter(screen) }), signal);
  const post = await runPost({ ...step, print: logPrinter(screen) }, run);

  console.log(`\nExit code of the step: ${run.exitCode}; of its post phase: ${post.exitCode}.\nOutputs:`);
  for (const [name, value] of Object.entries(run.outputs)) console.log(`  ${name}: ${value}`);
  const summary = [run.summary, post.summary].join('\n');
  const results = openResults(join(root, '.cache', 'step'));
  const page = keepSummary(results, { name: 'summary', title: 'Job summary', summary });
  console.log(`The job summary as a page: ${styled('underline', page)}`);
  return run.exitCode === 0 ? post.exitCode : run.exitCode;
}

/** The step then says by itself what is wrong; this adds what only someone at the local Fargate can do about it. */
async function missingServiceHint(
  endpoint: string,
  { cluster = 'default', service = '' }: Step['inputs'],
): Promise<string | undefined> {
  const howTo = 'The lines that npm run local prints create the service web in the cluster local.';
  const services = service.split('\n').filter((name) => name.trim() !== '');
  if (services.length === 0) return `No service is given. ${howTo} Then add: cluster=local service=web`;
  const ecs = new ECSClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { services: found = [] } = await ecs
    .send(new DescribeServicesCommand({ cluster, services }))
    .catch(() => ({ services: [] }));
  const missing = services.filter((name) => !found.some(({ serviceName }) => serviceName === name));
  return missing.length === 0
    ? undefined
    : `The local Fargate has no service ${missing.join(', ')} in the cluster ${cluster}. ${howTo}`;
}

async function mustAnswer(endpoint: string): Promise<void> {
  await fetch(endpoint).catch((cause: unknown) => {
    throw new Error(
      `No local Fargate answers on ${endpoint}. Start one with npm run local in another terminal, or set AWS_ENDPOINT_URL to its address.`,
      { cause },
    );
  });
}
