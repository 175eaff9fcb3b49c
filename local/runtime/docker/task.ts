import type { Clock } from '../../base/clock.ts';
import { type Container, containersOf, platformOf } from '../container.ts';
import type { Happening, TaskToRun } from '../runtime.ts';
import { logGroupMissing, runtimeFailure, type StartFailure, secretMissing } from '../start-failures.ts';
import { runContainers } from './containers.ts';
import type { DockerHost } from './host.ts';
import { type Made, makeNetwork, remove } from './network.ts';
import { pullImages } from './pull.ts';

/**
 * Runs a task from its provisioning to its removal; resolves when nothing is left of it and never rejects. A task
 * that cannot start reports that, then what became of containers that ran already, then `stopped`.
 * @param stopping aborted when the task has to stop
 */
export async function runDockerTask(
  host: DockerHost,
  task: TaskToRun,
  report: (happened: Happening) => void,
  stopping: AbortSignal,
): Promise<void> {
  const made: Made = { containers: [], volumes: [] };
  const failed = (failure: StartFailure): void => report({ kind: 'failed-to-start', ...failure });
  try {
    await live(host, task, { made, report, failed, stopping });
  } catch (error) {
    failed(runtimeFailure(error));
  } finally {
    await remove(host.engine, made);
    report({ kind: 'stopped' });
  }
}

async function live(
  host: DockerHost,
  task: TaskToRun,
  options: {
    readonly made: Made;
    readonly report: (happened: Happening) => void;
    readonly failed: (failure: StartFailure) => void;
    readonly stopping: AbortSignal;
  },
): Promise<void> {
  const { made, report, failed, stopping } = options;
  await elapsed(host.clock, host.provisionSeconds, stopping);
  if (stopping.aborted) return;
  report({ kind: 'provisioned' });
  const containers = containersOf(task);
  const refusal = refusalOf(containers, host);
  if (refusal !== undefined) return failed(refusal);

  report({ kind: 'pull-started' });
  const pull = { platform: platformOf(task.taskDefinition), digests: task.imageDigests, signal: stopping };
  const pulled = await pullImages(host.engine, containers, pull);
  if (stopping.aborted) return;
  if (pulled.kind === 'failed') return failed(pulled.failure);
  report({ kind: 'pull-stopped', imageDigests: pulled.imageDigests });

  const making = await makeNetwork(host, task, made);
  if (making.kind === 'failed') return failed(making.failure);
  const { images } = pulled;
  await runContainers(host, { ...options, task, containers, images, network: making.network });
}

/** What keeps a task from starting before any image is pulled [the order is our choice]. */
function refusalOf(
  containers: readonly Container[],
  { logs, secretValues }: DockerHost,
): StartFailure | undefined {
  for (const container of containers) {
    const secret = container.secrets.find(({ valueFrom }) => secretValues[valueFrom] === undefined);
    if (secret !== undefined) return secretMissing(secret);
    if (container.logs === undefined || logs.hasGroup(container.logs.group)) continue;
    if (!container.logs.createGroup) return logGroupMissing();
    logs.createGroup(container.logs.group);
  }
  return undefined;
}

function elapsed(clock: Clock, seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(seconds, done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
