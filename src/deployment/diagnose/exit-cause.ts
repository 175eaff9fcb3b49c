import type { TaskView } from '../../service/task.ts';
import { plain } from '../../text/sanitize.ts';
import { failedContainer } from '../observe/failed-container.ts';
import { type ContainerLog, runLocally, tellingLine } from './container-log.ts';
import type { LikelyCause } from './known-causes.ts';

/** The likely cause by the exit code and the log of the container that failed; undefined if none exited. */
export function exitCause(task: TaskView, log: ContainerLog | undefined): LikelyCause | undefined {
  const exited = failedContainer(task);
  if (exited?.exitCode === undefined) return undefined;
  const { meaning, advice } = exitCodes[exited.exitCode] ?? {};
  const exit = `The container ${plain(exited.name, 100)} exited with code ${exited.exitCode}`;
  const line = tellingLine(log?.lines ?? []);
  return {
    says: [
      meaning === undefined ? `${exit}.` : `${exit}: ${meaning}.`,
      ...(line === undefined ? [] : [`Its log says: “${line}”.`]),
    ].join(' '),
    advice: advice ?? logAdvice(log),
  };
}

function logAdvice(log: ContainerLog | undefined): string {
  if (log !== undefined && log.lines.length > 0) return 'Fix the error that its last log lines show.';
  return log?.advice ?? runLocally;
}

/** By the exit code of the process; conventions of shells, and 128 plus the number of the signal. */
const exitCodes: Readonly<Record<number, { readonly meaning: string; readonly advice?: string }>> = {
  0: {
    meaning: "it ended, but a service's containers have to keep running",
    advice: 'Keep the main process in the foreground.',
  },
  126: {
    meaning: "its command isn't executable",
    advice: "Check the file's execute permission and its CPU architecture.",
  },
  127: { meaning: "its command wasn't found in the image", advice: 'Check entryPoint, command and PATH.' },
  134: { meaning: 'the process aborted (SIGABRT)' },
  137: {
    meaning: "it was killed (SIGKILL) because it ran out of memory or didn't stop in time",
    advice: "Compare the container's memory use with its limit.",
  },
  139: {
    meaning: 'the process crashed on an invalid memory access (SIGSEGV)',
    advice: 'Check native dependencies and the base image.',
  },
  143: { meaning: 'something stopped it (SIGTERM)', advice: 'Find out what stopped it.' },
  255: {
    meaning: 'the program failed, or the image is for another CPU architecture',
    advice: "Check its last log lines, and the image's platform against runtimePlatform.",
  },
};
