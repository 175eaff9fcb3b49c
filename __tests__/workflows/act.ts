import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A repository that is checked out, with a workflow in it. */
export interface Checkout extends Disposable {
  readonly folder: string;
  readonly commit: string;
}

/**
 * @param workflow one of the examples by its name, or a name of its own for the text
 * @param files by their paths, besides the workflow
 */
export function checkOut(
  workflow: string,
  files: Readonly<Record<string, string>>,
  text = readFileSync(join(root, 'examples/workflows', workflow), 'utf8'),
): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-act-'));
  const all = { ...files, [`.github/workflows/${workflow}`]: text };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  git('init', '-q', '-b', 'main');
  git('remote', 'add', 'origin', 'https://github.com/octo-org/web.git');
  git('add', '-A');
  git('commit', '-q', '-m', 'first');
  return {
    folder,
    commit: git('rev-parse', 'HEAD'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface WorkflowRun {
  readonly exitCode: number;
  /** How each job ended, by its name as act shows it. */
  readonly jobs: Readonly<Record<string, string>>;
  /** The outputs of the steps that use the action, one after the other. */
  readonly outputs: readonly Readonly<Record<string, string>>[];
  readonly log: string;
}

/**
 * Runs a workflow as a runner does: by act, on this machine, with the action and the sub-actions of this working tree
 * in place of the published ones. act does not play environments' gates and concurrency groups.
 */
export async function runWorkflow(options: {
  readonly checkout: Checkout;
  readonly workflow: string;
  readonly event: 'push' | 'pull_request' | 'workflow_dispatch';
  readonly payload?: object;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** The job's `github.token`. */
  readonly token?: string;
}): Promise<WorkflowRun> {
  const act = process.env.FARGATE_TEST_ACT;
  if (act === undefined) throw new Error('FARGATE_TEST_ACT names no act; .ci/run installs one');
  const { checkout, workflow, event, payload = {}, inputs = {}, environment, token } = options;
  const home = mkdtempSync(join(tmpdir(), 'fargate-deploy-act-home-'));
  const action = join(home, 'action');
  // act copies the whole folder for each step, and a working tree holds its dependencies too.
  for (const part of ['action.yml', 'dist', 'plan', 'rollback', 'continue']) {
    cpSync(join(root, part), join(action, part), { recursive: true });
  }
  const eventFile = join(home, 'event.json');
  writeFileSync(eventFile, JSON.stringify(payload));
  const pairs = (flag: string, values: Readonly<Record<string, string>>): string[] =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  const args = [
    event,
    '--json',
    `--workflows=.github/workflows/${workflow}`,
    '--platform=ubuntu-latest=-self-hosted',
    '--platform=ubuntu-24.04=-self-hosted',
    `--local-repository=org/fargate-deploy@v1=${action}`,
    // act takes the payload's inputs where it is given one.
    ...(Object.keys(inputs).length > 0 ? pairs('--input', inputs) : ['-e', eventFile]),
    ...pairs('--env', environment),
    ...(token === undefined ? [] : ['--secret', 'GITHUB_TOKEN']),
  ];
  const child = spawn(act, args, {
    cwd: checkout.folder,
    // The Node.js of this test is the one that action.yml asks for.
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
      HOME: home,
      XDG_CACHE_HOME: join(home, 'cache'),
      ...(token === undefined ? {} : { GITHUB_TOKEN: token }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  rmSync(home, { recursive: true, force: true });
  return { exitCode, log, ...read(log) };
}

function read(log: string): Pick<WorkflowRun, 'jobs' | 'outputs'> {
  const jobs: Record<string, string> = {};
  const outputs = new Map<string, Record<string, string>>();
  for (const line of log.split('\n').filter((text) => text.startsWith('{'))) {
    const { job, jobResult, command, name, arg, step } = JSON.parse(line) as Readonly<
      Record<string, string | undefined>
    >;
    if (job !== undefined && jobResult !== undefined) jobs[(job.split('/').at(-1) ?? job).trim()] = jobResult;
    if (command !== 'set-output' || name === undefined || !step?.startsWith('org/fargate-deploy')) continue;
    const key = `${job} ${step}`;
    outputs.set(key, { ...outputs.get(key), [name]: arg ?? '' });
  }
  return { jobs, outputs: [...outputs.values()] };
}
