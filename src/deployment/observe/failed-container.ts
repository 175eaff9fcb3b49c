import type { ContainerView, TaskView } from '../../service/task.ts';

/**
 * The container to examine: one with a failing exit code or a reason before one that merely ended. Those that ECS
 * stopped after it (143, 137 without a reason) come last.
 */
export function failedContainer(task: TaskView): ContainerView | undefined {
  const weight = ({ exitCode, reason, healthStatus }: ContainerView): number => {
    if (reason !== undefined) return 0;
    if (healthStatus === 'UNHEALTHY') return 1;
    if (exitCode === undefined) return 5;
    if (exitCode === 143 || exitCode === 137) return 3;
    return exitCode === 0 ? 4 : 2;
  };
  return task.containers.toSorted((a, b) => weight(a) - weight(b))[0];
}
