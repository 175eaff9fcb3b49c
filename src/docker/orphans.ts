import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { systemCode } from '../process/system-error.ts';

/**
 * Ends the processes that a killed step left running: docker and its plugins. A variable in their environment distinguishes
 * them from every other process. The engine ends a build whose client is gone.
 *
 * Only Linux exposes the environment of a process; elsewhere they end with the job.
 *
 * @param variable DOCKER_CONFIG for processes with a private configuration, otherwise FARGATE_DEPLOY_MARK
 */
export async function killOrphans(variable: string, value: string): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const left = await processesWith(`${variable}=${value}`);
    if (left.length === 0) return;
    for (const id of left) end(id, signal);
    await ended(left);
  }
}

/** Waits up to two seconds, as in a cancelled run. */
async function ended(ids: readonly number[]): Promise<void> {
  for (let attempt = 0; attempt < 40 && ids.some((id) => end(id, 0)); attempt++) await wait(50);
}

/** @returns whether the process existed */
function end(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(id, signal);
  } catch (error) {
    if (systemCode(error) === 'ESRCH' || systemCode(error) === 'EPERM') return false;
    throw error;
  }
}

async function processesWith(assignment: string): Promise<readonly number[]> {
  const names = await readdir('/proc').catch((): string[] => []);
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map(async (name) => {
        // Processes of other users can't be read, and any process may end meanwhile.
        const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
        return environment.split('\0').includes(assignment) ? [Number(name)] : [];
      }),
  );
  return found.flat();
}
