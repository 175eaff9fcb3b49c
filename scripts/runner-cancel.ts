import type { RunningStep, StepRun } from './runner.ts';

/**
 * Waits for a step. If the signal comes first, it cancels the step as GitHub's runner does (documented): SIGINT, 7.5 s later
 * SIGTERM, 2.5 s after that SIGKILL.
 */
export async function finishOrCancel(running: RunningStep, signal: AbortSignal): Promise<StepRun> {
  const timers: NodeJS.Timeout[] = [];
  const cancel = (): void => {
    running.send('SIGINT');
    timers.push(setTimeout(() => running.send('SIGTERM'), 7_500));
    timers.push(setTimeout(() => running.send('SIGKILL'), 10_000));
  };
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel);
  try {
    return await running.finished;
  } finally {
    signal.removeEventListener('abort', cancel);
    for (const timer of timers) clearTimeout(timer);
  }
}
