import { type ChildProcess, spawn } from 'node:child_process';
import { findProgram } from '../children/program.ts';
import { Failure } from '../failure.ts';
import { systemCode } from './system-error.ts';

/** How a long docker command ended. */
export interface Streamed {
  /** Undefined: ended by a signal that was not ours. */
  readonly exitCode: number | undefined;
  /** The last lines of both its outputs, in the order they came. */
  readonly lines: readonly string[];
}

/**
 * Runs a docker command that takes its time (build, push) and passes on each line as it comes. It gets a process group
 * of its own: an abort ends the whole group, also the plugin that the command started, and signals that the
 * terminal or the runner sends to our group do not reach it, so that we decide its end.
 * @throws Failure cancelled, once the group has ended; docker-missing
 */
export async function streamDocker(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly args: readonly string[];
  readonly folder: string;
  /** Texts that may not be seen: in a line that has one it is covered, before anybody hears of the line. */
  readonly hidden?: readonly string[];
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<Streamed> {
  const { env, args, folder, hidden = [], say, signal } = options;
  if (signal.aborted) throw cancelled(args);
  const program = findProgram('docker', env);
  if (program === undefined) throw dockerMissing(undefined);
  const lines: string[] = [];
  const hear = (raw: string): void => {
    const line = hidden.reduce((shown, text) => shown.replaceAll(text, '***'), raw);
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    say(line);
  };
  const child = spawn(program, args, {
    env,
    cwd: folder,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stopWatching = endOnAbort(child, signal);
  try {
    const exitCode = await ended(child, hear);
    if (signal.aborted) throw cancelled(args);
    return { exitCode, lines };
  } finally {
    stopWatching();
  }
}

/** Asks the group to end, and makes it after two seconds: the runner leaves a cancelled step ten in all. */
function endOnAbort(child: ChildProcess, signal: AbortSignal): () => void {
  let force: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    signalGroup(child, 'SIGTERM');
    force = setTimeout(() => signalGroup(child, 'SIGKILL'), 2000);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(force);
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    // A negative id means the group (POSIX); Windows has none.
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: the whole group has ended already.
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

/** Waits for the end of the command and of all that it printed. */
function ended(child: ChildProcess, hear: (line: string) => void): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      const splitter = lineSplitter(hear);
      stream?.setEncoding('utf8');
      stream?.on('data', splitter.take);
      stream?.on('end', splitter.end);
    }
    child.once('error', (cause) => reject(dockerMissing(cause)));
    child.once('close', (exitCode) => resolve(exitCode ?? undefined));
  });
}

/** Makes lines out of pieces of text. A progress bar ends its lines with a carriage return; empty lines are dropped. */
export function lineSplitter(hear: (line: string) => void): {
  readonly take: (text: string) => void;
  readonly end: () => void;
} {
  let rest = '';
  const hearFull = (line: string): void => {
    if (line.trim() !== '') hear(line);
  };
  return {
    take: (text) => {
      const lines = (rest + text).split(/[\r\n]/);
      rest = lines.pop() ?? '';
      for (const line of lines) hearFull(line);
    },
    end: () => {
      hearFull(rest);
      rest = '';
    },
  };
}

function dockerMissing(cause: unknown): Failure {
  return new Failure({
    code: 'docker-missing',
    fault: 'yours',
    message: 'The docker command cannot be started.',
    cause,
  });
}

function cancelled(args: readonly string[]): Failure {
  return new Failure({
    code: 'cancelled',
    fault: 'yours',
    message: `docker ${args[0] === 'push' ? 'push' : 'build'} was cancelled.`,
  });
}

/** Enough for a verdict on what failed; a build may print a hundred thousand. */
const keptLines = 500;
