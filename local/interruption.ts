/** What has asked this process to end, if anything has. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit code that a shell expects after it: 128 and the signal's number. */
  exitCode(): number;
}

/**
 * Hears Ctrl-C, SIGTERM, a closed terminal, and a reader of the output who is gone. The process no longer ends by
 * these: whoever calls this takes away what it has started, then ends. A second signal changes nothing, because a
 * Ctrl-C comes several times where npm and other parents pass on what the terminal has sent to all of them.
 */
export function hearInterruption(): Interruption {
  const aborting = new AbortController();
  let exitCode = 0;
  const interrupt = (code: number): void => {
    if (aborting.signal.aborted) return;
    exitCode = code;
    aborting.abort();
  };
  for (const [name, number] of signals) process.on(name, () => interrupt(128 + number));
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => interrupt(128 + brokenPipe));
  return { signal: aborting.signal, exitCode: () => exitCode };
}

const signals = [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const;

const brokenPipe = 13;
