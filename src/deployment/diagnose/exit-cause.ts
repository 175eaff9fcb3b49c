import type { TaskView } from '../../service/task.ts';
import { plain } from '../../text/sanitize.ts';
import { failedContainer } from '../observe/failed-container.ts';
import type { LikelyCause } from './known-causes.ts';

/** What the exit code of the container that failed tells; undefined without one. */
export function exitCause(task: TaskView): LikelyCause | undefined {
  const exited = failedContainer(task);
  if (exited?.exitCode === undefined) return undefined;
  return (
    exitCodes[exited.exitCode] ?? {
      says: `The container ${plain(exited.name, 100)} ended with exit code ${exited.exitCode}: the program reported an error.`,
      advice:
        'Correct what its last log lines name; without any, run the image by hand with the same variables.',
    }
  );
}

/** By the exit code of the process; conventions of shells and of the kernel's signals. */
const exitCodes: Readonly<Record<number, LikelyCause>> = {
  0: {
    says: 'The container ended by itself, without an error, while a service has to keep running.',
    advice: 'Let the main process stay in the foreground.',
  },
  126: {
    says: 'The command was found but could not be executed.',
    advice: 'Check its execute permission and its architecture.',
  },
  127: { says: 'The command was not found in the image.', advice: 'Check entryPoint, command and PATH.' },
  134: { says: 'The process aborted itself (SIGABRT).', advice: 'The last log lines tell why.' },
  137: {
    says: 'The process was killed (SIGKILL): for memory, or because it did not stop in time.',
    advice: 'Check the memory in use against the limit.',
  },
  139: {
    says: 'The process crashed on a memory fault (SIGSEGV).',
    advice: 'Check native dependencies and the base image.',
  },
  143: { says: 'The process was asked to stop (SIGTERM).', advice: 'Look for what stopped it.' },
  255: {
    says: 'The process failed with 255, often for an image of another architecture.',
    advice: "Check the image's platform against runtimePlatform, and the last log lines.",
  },
};
