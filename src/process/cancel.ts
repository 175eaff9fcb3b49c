import type { Log } from './log.ts';

/**
 * Hears that the workflow is cancelled. A runner sends SIGINT, 7.5 s later SIGTERM, and kills 2.5 s after that
 * (documented): the first one ends the run, which takes its rollback along.
 */
export function hearCancel(log: Log): AbortSignal {
  const cancelled = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!cancelled.signal.aborted) log.say(`${signal}: the workflow was cancelled`);
      cancelled.abort();
    });
  }
  return cancelled.signal;
}
