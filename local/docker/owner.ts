import { hostname } from 'node:os';

/** The label with a container's owner, so that a container of a killed owner can be found and removed. */
export const ownerLabel = 'fargate-deploy.owner';

/** The owner of a container: a process, and its machine, since an engine may serve several. */
export function owner(pid: number): string {
  return `${hostname()}/${pid}`;
}

/** Whether the owner was a process of this machine that has ended. */
export function isGone(label: string): boolean {
  const pid = Number(label.slice(label.lastIndexOf('/') + 1));
  return label === owner(pid) && !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
