import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultsOf } from './action-manifest.ts';

/** One step of a workflow that uses a JavaScript action. */
export interface JobStep {
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
}

/** The whole environment of a phase: the job's, the command files, the inputs, and the state that an earlier phase saved. */
export function phaseEnvironment(
  step: JobStep,
  folder: string,
  files: Readonly<Record<CommandFile, string>>,
  state: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  return { ...jobEnvironment(step, folder), ...files, ...inputVariables(step), ...stateVariables(state) };
}

type CommandFile = 'GITHUB_OUTPUT' | 'GITHUB_STATE' | 'GITHUB_STEP_SUMMARY' | 'GITHUB_ENV' | 'GITHUB_PATH';

/** Makes the files by which a step answers the runner; a step's environment can name others, for example read-only ones. */
export function commandFiles(
  step: Pick<JobStep, 'environment'>,
  folder: string,
): Readonly<Record<CommandFile, string>> {
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
    ...step.environment,
  };
}

function jobEnvironment(step: JobStep, folder: string): NodeJS.ProcessEnv {
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
function inputVariables(step: JobStep): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries({ ...defaultsOf(step.action), ...step.inputs }).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}

function stateVariables(state: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
}
