import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programOf } from './action-manifest.ts';
import { commandFiles, type JobStep, phaseEnvironment } from './runner-environment.ts';
import { parseCommandFile } from './runner-files.ts';
import { type Annotation, showLog, textOfLog } from './runner-log.ts';

/** A step to run. */
export interface Step extends JobStep {
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
  const files = commandFiles(step, folder);
  const started = performance.now();
  const child = spawn(process.execPath, [programOf(step.action, phase)], {
    cwd: step.workspace,
    env: phaseEnvironment(step, folder, files, state),
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

/** Empty for a missing file and for anything but a file, as on the runner. */
function readFile(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'utf8') : '';
}
