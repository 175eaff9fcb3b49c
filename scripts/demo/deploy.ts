import { runPost, type Step, type StepRun, startStep } from '../runner.ts';
import { finishOrCancel } from '../runner-cancel.ts';
import { stepEnvironment } from '../step-environment.ts';
import type { DemoBackend } from './backend.ts';
import type { Stage } from './stage.ts';

/**
 * Deploys a version of the web app: one step of a workflow, main and post.
 * @throws the signal's reason if it is aborted, once the step has ended
 */
export async function deployVersion(
  version: number,
  options: {
    /** The folder of its action.yml. */
    readonly action: string;
    readonly backend: DemoBackend;
    readonly stage: Stage;
    readonly workspace: string;
    /** More inputs. */
    readonly inputs?: Readonly<Record<string, string>>;
    /** Cancels the step. */
    readonly signal: AbortSignal;
    /** Creates a printer for the log of each phase. */
    readonly print?: () => (text: string) => void;
  },
): Promise<{ readonly main: StepRun; readonly post: StepRun }> {
  const { action, backend, stage, workspace, signal, print } = options;
  const step: Step = {
    action,
    workspace,
    inputs: {
      cluster: stage.cluster,
      service: stage.service,
      'task-definition': 'task-definition.json',
      'desired-count': '2',
      ...backend.prepare(version, workspace),
      ...options.inputs,
    },
    environment: stepEnvironment(backend.fargate.environment),
  };
  const main = await finishOrCancel(startStep({ ...step, ...(print && { print: print() }) }), signal);
  signal.throwIfAborted();
  const post = await runPost({ ...step, ...(print && { print: print() }) }, main);
  return { main, post };
}
