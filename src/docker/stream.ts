import { type ChildProcess, spawn } from 'node:child_process';
import { Failure } from '../process/failure.ts';
import { findProgram } from '../process/program.ts';
import { systemCode } from '../process/system-error.ts';
import { type Cover, mostCharacters, noCover, printedLine } from './cover.ts';

/** How a long docker command ended. */
export interface Streamed {
  /** Undefined: ended by a signal that isn't ours. */
  readonly exitCode: number | undefined;
  /** The last lines of both outputs, in order of arrival, with the secrets in them. */
  readonly lines: readonly string[];
}

/**
 * Runs a long docker command (build, push) and passes on each line as it comes. The command has its own process group: an
 * abort ends the whole group, including plugins, and signals that the terminal or the runner sends to our group don't reach
 * it, so that we decide its end.
 * @throws Failure cancelled, once the group has ended; docker-missing
 */
export async function streamDocker(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly args: readonly string[];
  readonly folder: string;
  /** Hides secrets. */
  readonly cover?: Cover;
  /** Called with each line, with the secrets hidden. */
  readonly say: (line: string) => void;
  /** Called with each line as printed, to parse it. */
  readonly read?: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<Streamed> {
  const { env, args, folder, cover = noCover, say, read, signal } = options;
  if (signal.aborted) throw cancelled(args);
  const program = findProgram('docker', env);
  if (program === undefined) throw dockerMissing(undefined);
  const lines: string[] = [];
  const hear = (text: string, isCut: boolean): void => {
    const { raw, shown } = printedLine(text, isCut, cover);
    lines.push(raw);
    if (lines.length > keptLines) lines.shift();
    read?.(raw);
    say(shown);
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
    const exitCode = await ended(child, () => lineSplitter(hear, mostCharacters + cover.longest));
    if (signal.aborted) throw cancelled(args);
    return { exitCode, lines };
  } finally {
    stopWatching();
  }
}

/** Terminates the group, and kills it after two seconds: the runner gives a cancelled step ten in all. */
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
    // The ended command may have left something running in the background.
    if (signal.aborted) signalGroup(child, 'SIGKILL');
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

/** Waits for the end of the command and of its output. */
function ended(child: ChildProcess, newSplitter: () => LineSplitter): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const splitters = [child.stdout, child.stderr].map((stream) => {
      const splitter = newSplitter();
      stream?.setEncoding('utf8');
      stream?.on('data', splitter.take);
      return splitter;
    });
    leavePipes(child);
    child.once('error', (cause) => reject(dockerMissing(cause)));
    child.once('close', (exitCode) => {
      for (const splitter of splitters) splitter.end();
      resolve(exitCode ?? undefined);
    });
  });
}

/**
 * Closes the outputs of an ended command: a program that it left in the background, such as ssh's shared connection, may
 * hold them open forever. By then, everything that the command itself printed is read.
 */
export function leavePipes(child: ChildProcess): void {
  child.once('exit', () => {
    const leave = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, graceMilliseconds);
    child.once('close', () => clearTimeout(leave));
  });
}

const graceMilliseconds = 2000;

export interface LineSplitter {
  readonly take: (text: string) => void;
  readonly end: () => void;
}

/**
 * Splits pieces of text into lines. A progress bar ends its lines with a carriage return; empty lines are dropped. Keeps only
 * the start of a line, so that an endless one takes no memory.
 */
export function lineSplitter(
  hear: (line: string, isCut: boolean) => void,
  most: number = mostCharacters,
): LineSplitter {
  let line = '';
  let isCut = false;
  const add = (piece: string): void => {
    const room = most - line.length;
    if (piece.length > room) isCut = true;
    if (room > 0) line += piece.slice(0, room);
  };
  const end = (): void => {
    if (line.trim() !== '') hear(line, isCut);
    line = '';
    isCut = false;
  };
  return {
    take: (text) => {
      for (const [index, piece] of text.split(/[\r\n]/).entries()) {
        if (index > 0) end();
        add(piece);
      }
    },
    end,
  };
}

function dockerMissing(cause: unknown): Failure {
  return new Failure({
    code: 'docker-missing',
    fault: 'yours',
    message: "The docker command can't be started.",
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

/** Enough to find the cause of a failure; a build may print a hundred thousand. */
const keptLines = 500;
