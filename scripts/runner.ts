import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseCommandFile } from './runner-files.ts';
import { type Annotation, showLog, textOfLog } from './runner-log.ts';

/** One step of a workflow that uses a JavaScript action. */
export interface Step {
  /** The folder of its action.yml, which names the programs and gives the inputs their defaults. */
  readonly action: string;
  /** What stands under `with:`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Added to the job's environment: AWS variables, DOCKER_HOST. Nothing else of this process's environment gets in. */
  readonly environment: Readonly<Record<string, string>>;
  /** The checked-out repository: GITHUB_WORKSPACE and the working directory. */
  readonly workspace: string;
  /** RUNNER_TEMP, which main and post share on a runner. By default each has its own, and removes it at its end. */
  readonly temporary?: string;
  /** Receives what the step prints, as it prints. */
  readonly print?: (text: string) => void;
}

/** How one phase (main or post) of a step ended. */
export interface StepRun {
  /** 128 plus the signal's number if a signal ended it. */
  readonly exitCode: number;
  /** The log as GitHub shows it: commands carried out, masks applied. */
  readonly log: string;
  /** Everything that was printed, byte by byte. */
  readonly printed: string;
  readonly annotations: readonly Annotation[];
  readonly outputs: Readonly<Record<string, string>>;
  /** What the phase saved for the post phase. */
  readonly state: Readonly<Record<string, string>>;
  /** The job summary in Markdown. */
  readonly summary: string;
  readonly durationMilliseconds: number;
}

export interface RunningStep {
  /** Sends a signal to the step's process alone, as the runner does on a cancel. */
  send(signal: NodeJS.Signals): void;
  /** Closes the pipes that the step prints to, as a runner that has died. */
  stopReading(): void;
  /** Resolves once the output so far matches; rejects if the step ends before. */
  printed(pattern: RegExp): Promise<void>;
  readonly finished: Promise<StepRun>;
}

/** Runs the step's main to its end. */
export function runStep(step: Step): Promise<StepRun> {
  return startStep(step).finished;
}

/** Starts the step's main as a GitHub runner does. */
export function startStep(step: Step): RunningStep {
  return startPhase(step, 'main', {});
}

/** Runs the step's post phase with what main saved. */
export function runPost(step: Step, main: Pick<StepRun, 'state'>): Promise<StepRun> {
  return startPhase(step, 'post', main.state).finished;
}

function startPhase(step: Step, phase: 'main' | 'post', state: StepRun['state']): RunningStep {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-step-'));
  // A step's environment can name other files, for example read-only ones.
  const files = { ...commandFiles(folder), ...step.environment };
  const started = performance.now();
  const child = spawn(process.execPath, [programOf(step.action, phase)], {
    cwd: step.workspace,
    env: { ...jobEnvironment(step, folder), ...files, ...inputVariables(step), ...stateVariables(state) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const watchers = new Set<() => void>();
  const take = (text: string): void => {
    printed += text;
    step.print?.(text);
    for (const watch of watchers) watch();
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take);

  const finished = ended(child)
    .then((exitCode): StepRun => {
      const shown = showLog(printed);
      return {
        exitCode,
        log: textOfLog(shown),
        printed,
        annotations: shown.annotations,
        outputs: parseCommandFile(readFile(files.GITHUB_OUTPUT)),
        state: { ...state, ...parseCommandFile(readFile(files.GITHUB_STATE)) },
        summary: readFile(files.GITHUB_STEP_SUMMARY),
        durationMilliseconds: Math.round(performance.now() - started),
      };
    })
    .finally(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return {
    send: (signal) => void child.kill(signal),
    stopReading: () => {
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
    },
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          if (!pattern.test(printed)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
        finished.then(
          () => reject(new Error(`the step ended and never printed ${pattern}:\n${printed}`)),
          reject,
        );
      }),
    finished,
  };
}

/** The exit code of the step's own process. Doesn't wait for children that outlive it and hold its pipes. */
function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const exitCode = code ?? 128 + (signal === null ? 0 : (signalNumbers[signal] ?? 0));
      const grace = setTimeout(() => resolve(exitCode), 500);
      child.once('close', () => {
        clearTimeout(grace);
        resolve(exitCode);
      });
    });
  });
}

const signalNumbers: Readonly<Record<string, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

type CommandFile = 'GITHUB_OUTPUT' | 'GITHUB_STATE' | 'GITHUB_STEP_SUMMARY' | 'GITHUB_ENV' | 'GITHUB_PATH';

function commandFiles(folder: string): Readonly<Record<CommandFile, string>> {
  const file = (name: string): string => {
    const path = join(folder, name);
    writeFileSync(path, '');
    return path;
  };
  return {
    GITHUB_OUTPUT: file('output'),
    GITHUB_STATE: file('state'),
    GITHUB_STEP_SUMMARY: file('summary.md'),
    GITHUB_ENV: file('env'),
    GITHUB_PATH: file('path'),
  };
}

/** Empty for a missing file and for anything but a file, as on the runner. */
function readFile(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'utf8') : '';
}

function jobEnvironment(step: Step, folder: string): NodeJS.ProcessEnv {
  const temporary = step.temporary ?? join(folder, 'temp');
  const home = join(folder, 'home');
  mkdirSync(temporary, { recursive: true });
  mkdirSync(home);
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: step.workspace,
    GITHUB_ACTION: 'deploy',
    GITHUB_ACTOR: 'octocat',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_JOB: 'deploy',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_REPOSITORY: 'octo-org/web',
    GITHUB_REPOSITORY_OWNER: 'octo-org',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1000',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_API_URL: 'http://127.0.0.1:9',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_WORKFLOW: 'deploy',
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_OS: { darwin: 'macOS', win32: 'Windows' }[process.platform as string] ?? 'Linux',
    RUNNER_TEMP: temporary,
  };
}

/** Named as the runner does: upper case, underscores for blanks, with dashes. */
function inputVariables(step: Step): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries({ ...defaultsOf(step.action), ...step.inputs }).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}

/** Defaults in action.yml. An expression (`${{ github.token }}`) has no value here. */
function defaultsOf(action: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(inputsOf(action)).flatMap(([name, input]) => {
      const value = membersOf(input)['default'];
      const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      return isScalar ? [[name, String(value).replaceAll(/\$\{\{.*?\}\}/g, '')]] : [];
    }),
  );
}

/** The inputs of the action in a folder. */
export function inputsOf(action: string): Readonly<Record<string, unknown>> {
  return membersOf(manifestOf(action)['inputs']);
}

/** The program of a phase, whose path in action.yml is relative. */
function programOf(action: string, phase: 'main' | 'post'): string {
  const program = membersOf(manifestOf(action)['runs'])[phase];
  if (typeof program !== 'string') throw new Error(`${join(action, 'action.yml')} has no ${phase}`);
  return join(action, program);
}

function manifestOf(action: string): Readonly<Record<string, unknown>> {
  return membersOf(parse(readFileSync(join(action, 'action.yml'), 'utf8')));
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function stateVariables(state: StepRun['state']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
}
