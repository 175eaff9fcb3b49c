import { runPost, type Step, type StepRun, startStep } from '../runner.ts';
import { finishOrCancel } from '../runner-cancel.ts';
import { stepEnvironment } from '../step-environment.ts';
import type { Act } from './acts.ts';
import type { DemoBackend } from './backend.ts';
import type { Stage } from './stage.ts';

/**
 * Runs one step of a workflow, main and post.
 * @throws the signal's reason if it is aborted, once the step has ended
 */
export async function runAct(
  { version, inputs }: Pick<Act, 'version' | 'inputs'>,
  options: {
    /** The folder of its action.yml. */
    readonly action: string;
    readonly backend: DemoBackend;
    readonly stage: Stage;
    readonly workspace: string;
    /** Cancels the step. */
    readonly signal: AbortSignal;
    /** Creates a printer for the log of each phase. */
    readonly print?: () => (text: string) => void;
  },
): Promise<{ readonly main: StepRun; readonly post: StepRun }> {
  const { action, backend, stage, workspace, signal, print } = options;
  const deployed = (of: number): Readonly<Record<string, string>> => ({
    'task-definition': 'task-definition.json',
    'desired-count': '2',
    ...backend.prepare(of, workspace),
  });
  const step: Step = {
    action,
    workspace,
    inputs: {
      cluster: stage.cluster,
      service: stage.service,
      ...(version === undefined ? {} : deployed(version)),
      ...inputs(stage),
    },
    environment: stepEnvironment(backend.fargate.environment),
  };
  const main = await finishOrCancel(startStep({ ...step, ...(print && { print: print() }) }), signal);
  signal.throwIfAborted();
  const post = await runPost({ ...step, ...(print && { print: print() }) }, main);
  return { main, post };
}
