import type { Container } from '../container.ts';
import type { Happening, TaskToRun } from '../runtime.ts';
import { dependencyFailure, type StartFailure } from '../start-failures.ts';
import { containerArguments } from './arguments.ts';
import { createContainer, type Exit, startContainer } from './container.ts';
import { type ContainerState, startable, stopOrder } from './container-order.ts';
import type { DockerHost } from './host.ts';
import type { Made, Network } from './network.ts';

export interface Containers {
  readonly task: TaskToRun;
  readonly containers: readonly Container[];
  /** What to run, by container. */
  readonly images: Readonly<Record<string, string>>;
  readonly network: Network;
  readonly made: Made;
  readonly report: (happened: Happening) => void;
  /** Hears why the task cannot start; the containers that run already are then stopped. */
  readonly failed: (failure: StartFailure) => void;
  readonly stopping: AbortSignal;
}

/** Starts the containers in their order, then waits until all that ran have exited. */
export async function runContainers(host: DockerHost, options: Containers): Promise<void> {
  const { containers, report, network } = options;
  const giveUp = new AbortController();
  const ending = AbortSignal.any([options.stopping, giveUp.signal]);
  const live: Live = {
    states: Object.fromEntries(containers.map(({ name }) => [name, { kind: 'waiting' }])),
    ids: {},
    changes: changesUntil(ending),
  };
  const is = (kind: ContainerState['kind']) => (container: Container) =>
    live.states[container.name]?.kind === kind;
  const fail = (failure: StartFailure): void => {
    if (ending.aborted) return;
    options.failed(failure);
    giveUp.abort();
  };
  let isStarted = false;
  let stopped: Promise<void> | undefined;

  while (true) {
    const { start, blocked } = startable(containers, live.states);
    for (const container of containers.filter(({ name }) => start.includes(name))) {
      if (ending.aborted) break;
      const failure = await begin(host, options, container, live);
      if (failure !== undefined) fail(failure);
    }
    // When an essential container has exited the task is about to be stopped: that is its cause of death.
    const isDying = containers.some((container) => container.isEssential && is('exited')(container));
    if (blocked !== undefined && !isDying) {
      fail(dependencyFailure(blocked.container, blocked.dependency));
    }
    if (!isStarted && !ending.aborted && !containers.some(is('waiting'))) {
      isStarted = true;
      report({ kind: 'started', address: network.address });
    }
    if (ending.aborted) stopped ??= stopContainers(host, containers, live.ids);
    const isOver = ending.aborted ? !containers.some(is('running')) : containers.every(is('exited'));
    if (isOver) break;
    await live.changes.next();
  }
  await stopped;
}

/** What changes while the containers of a task run. */
interface Live {
  readonly states: Record<string, ContainerState>;
  readonly ids: Record<string, string>;
  readonly changes: Changes;
}

/** Makes and starts one container; answers why that failed where the task cannot go on without it. */
async function begin(
  host: DockerHost,
  options: Containers,
  container: Container,
  { states, ids, changes }: Live,
): Promise<StartFailure | undefined> {
  const { task, images, network, made, report } = options;
  const { name } = container;
  const exited = (exit: Exit): void => {
    states[name] = { kind: 'exited', exitCode: exit.exitCode };
    report({ kind: 'exited', container: name, ...exit });
    changes.tell();
  };
  const failed = (failure: StartFailure): StartFailure | undefined => {
    if (container.isEssential) return failure;
    // The task lives on without a container that is not essential [documented].
    exited({ exitCode: 127, ...(failure.containerReason && { reason: failure.containerReason }) });
    return undefined;
  };

  const command = containerArguments(
    task,
    container,
    {
      pauseId: network.pauseId,
      image: images[name] ?? container.image,
      secrets: Object.fromEntries(
        container.secrets.map((secret) => [secret.name, host.secretValues[secret.valueFrom] ?? '']),
      ),
    },
    host.surroundings,
  );
  const created = await createContainer(host.engine, name, command);
  if (created.kind === 'failed') return failed(created.failure);
  made.containers.push(created.id);
  ids[name] = created.id;
  const started = await startContainer(host, container, created.id, (health) => {
    states[name] = { kind: 'running', health };
    report({ kind: 'health', container: name, status: health });
    changes.tell();
  });
  if (started.kind === 'failed') return failed(started.failure);
  states[name] = { kind: 'running', health: 'UNKNOWN' };
  void started.ended.then(exited);
  return undefined;
}

/** SIGTERM (or what the image's STOPSIGNAL says), SIGKILL after the stop timeout, dependents first. */
async function stopContainers(
  { engine, clock }: DockerHost,
  containers: readonly Container[],
  ids: Readonly<Record<string, string>>,
): Promise<void> {
  for (const group of stopOrder(containers)) {
    const stops = containers.flatMap(({ name, stopTimeoutSeconds }) => {
      const id = group.includes(name) ? ids[name] : undefined;
      const seconds = stopSeconds(stopTimeoutSeconds, clock.realMillisecondsPerSecond);
      return id === undefined ? [] : [engine.run(['stop', '-t', String(seconds), id])];
    });
    await Promise.all(stops);
  }
}

/** Whole real seconds that docker gives a container to end. A real program gets two, however fast the clock. */
export function stopSeconds(timeoutSeconds: number, realMillisecondsPerSecond: number): number {
  const scaled = Math.ceil((timeoutSeconds * realMillisecondsPerSecond) / 1000);
  return Math.max(Math.min(2, timeoutSeconds), scaled);
}

interface Changes {
  readonly tell: () => void;
  /** Resolves at the next change, or at once when there was one since the last. */
  readonly next: () => Promise<void>;
}

function changesUntil(signal: AbortSignal): Changes {
  let hasChanged = false;
  let wake: (() => void) | undefined;
  const tell = (): void => {
    hasChanged = true;
    wake?.();
  };
  signal.addEventListener('abort', tell);
  return {
    tell,
    next: () =>
      new Promise((resolve) => {
        wake = () => {
          hasChanged = false;
          wake = undefined;
          resolve();
        };
        if (hasChanged) wake();
      }),
  };
}
