import type { Engine } from '../../docker/engine.ts';
import type { Address, TaskToRun } from '../runtime.ts';
import { errorText, networkFailure, type StartFailure } from '../start-failures.ts';
import { dockerAddress, readPublished } from './address.ts';
import { pauseArguments, volumesOf } from './arguments.ts';
import type { DockerHost } from './host.ts';

/** What has to be removed when a task has ended; noted as soon as it is made. */
export interface Made {
  readonly containers: string[];
  readonly volumes: string[];
}

/** A task's network namespace, which the container `pauseId` holds. */
export interface Network {
  readonly pauseId: string;
  readonly address: Address;
}

/** Makes the container that holds a task's network namespace, and the volumes that its containers share. */
export async function makeNetwork(
  { engine, clock, surroundings, pauseImage }: DockerHost,
  task: TaskToRun,
  made: Made,
): Promise<
  | { readonly kind: 'made'; readonly network: Network }
  | { readonly kind: 'failed'; readonly failure: StartFailure }
> {
  for (const volume of Object.values(volumesOf(task, surroundings))) {
    made.volumes.push(volume);
    const labels = surroundings.labels.flatMap((label) => ['--label', label]);
    await engine.run(['volume', 'create', ...labels, volume]);
  }
  const started = await engine.run(pauseArguments(task, pauseImage, surroundings));
  const pauseId = started.stdout.trim().split('\n').at(-1) ?? '';
  // `docker run` prints the id of a container that it could make and not start, too.
  if (pauseId !== '') made.containers.push(pauseId);
  if (started.exitCode !== 0) return { kind: 'failed', failure: networkFailure(started.stderr) };

  const addressFormat = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}';
  const [ports, addresses] = await Promise.all([
    engine.run(['port', pauseId]),
    engine.run(['inspect', '--format', addressFormat, pauseId]),
  ]);
  const address = dockerAddress({
    privateIp: addresses.stdout.trim().split(' ')[0] || '127.0.0.1',
    published: readPublished(ports.stdout),
    clock,
  });
  return { kind: 'made', network: { pauseId, address } };
}

/** Removes what was made for a task, running or not. */
export async function remove(engine: Engine, { containers, volumes }: Made): Promise<void> {
  if (containers.length > 0) {
    const removed = await engine.run(['rm', '--force', '--volumes', ...containers]);
    if (removed.exitCode !== 0 && !/already in progress|No such container/i.test(removed.stderr)) {
      console.error(`docker rm: ${errorText(removed.stderr)}`);
    }
  }
  if (volumes.length > 0) await engine.run(['volume', 'rm', '--force', ...volumes]);
}
