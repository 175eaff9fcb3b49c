import { hostname } from 'node:os';

/** The label of a container that says whose it is, so that one whose owner was killed is found and removed later. */
export const ownerLabel = 'fargate-deploy.owner';

/** Who made a container: the process, and its machine, because an engine may serve several. */
export function owner(pid: number): string {
  return `${hostname()}/${pid}`;
}

/** Whether the owner was a process of this machine that is gone. */
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
