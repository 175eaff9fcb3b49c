import { devNull } from 'node:os';
import type { Means } from './demo-means.ts';
import type { Stage } from './demo-stage.ts';
import { runPost, type Step, type StepRun, startStep } from './runner.ts';
import { finishOrCancel } from './runner-cancel.ts';

/**
 * Deploys a version of the web app: one step of a workflow, main and post.
 * @throws what the signal was aborted with, once the step has ended
 */
export async function deployVersion(
  version: number,
  options: {
    readonly bundle: string;
    readonly means: Means;
    readonly stage: Stage;
    readonly workspace: string;
    /** Cancels the step. */
    readonly signal: AbortSignal;
    /** Makes what gets the log of each of the two. */
    readonly print?: () => (text: string) => void;
  },
): Promise<{ readonly main: StepRun; readonly post: StepRun }> {
  const { bundle, means, stage, workspace, signal, print } = options;
  const step: Step = {
    bundle,
    workspace,
    inputs: {
      cluster: stage.cluster,
      service: stage.service,
      'task-definition': 'task-definition.json',
      'desired-count': '2',
      ...means.prepare(version, workspace),
    },
    environment: { ...dockerEnvironment(), ...means.fargate.environment, ...withoutAwsFiles },
  };
  const main = await finishOrCancel(startStep({ ...step, ...(print && { print: print() }) }), signal);
  signal.throwIfAborted();
  const post = await runPost({ ...step, ...(print && { print: print() }) }, main);
  return { main, post };
}

/** A profile of the user shall neither help nor hinder. */
const withoutAwsFiles = { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };

/** The user's Docker: where its engine is, its context and its plugins. */
function dockerEnvironment(): Readonly<Record<string, string>> {
  const names = Object.keys(process.env).filter((name) => name === 'HOME' || name.startsWith('DOCKER_'));
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}
