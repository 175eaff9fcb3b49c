import type { Clock } from '../../base/clock.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { Address, Happening, RunningTask, TaskToRun } from '../runtime.ts';
import type { StartFailure } from '../start-failures.ts';
import type { Behaviour } from './behaviour.ts';
import { containersToSimulate, type SimulatedContainer } from './containers.ts';
import { lookForImages, type PlayedRegistries } from './pull.ts';

/** One task that is played. */
export interface Simulation extends RunningTask {
  /** Forgets the task without a word. */
  abandon(): void;
}

interface Script {
  readonly clock: Clock;
  readonly logs: LogStore;
  readonly behave: (task: TaskToRun) => Behaviour;
  readonly registries?: PlayedRegistries;
  readonly task: TaskToRun;
  readonly privateIp: string;
}

/** Plays a task from its start on, and tells what happens as a real runtime would. */
export function simulate(
  { clock, logs, behave, registries, task, privateIp }: Script,
  tell: (happened: Happening) => void,
): Simulation {
  const behaviour = behaviourOf(behave, task);
  const containers = containersToSimulate(task);
  const main = containers.find((one) => one.isEssential);
  const alive = new Set<SimulatedContainer>();
  const timers = new Set<() => void>();
  let startedAt: number | undefined;
  let isEnding = false;

  const after = (seconds: number, action: () => void): void => {
    const cancel = clock.after(seconds, () => {
      timers.delete(cancel);
      action();
    });
    timers.add(cancel);
  };
  const cancelAll = (): void => {
    for (const cancel of timers) cancel();
    timers.clear();
  };
  const write = (lines: readonly string[] = []): void => {
    if (main?.log === undefined) return;
    for (const line of lines) logs.append(main.log.group, main.log.stream, line);
  };
  const end = (): void => {
    isEnding = true;
    cancelAll();
    tell({ kind: 'stopped' });
  };
  const failToStart = (failure: StartFailure): void => {
    cancelAll();
    isEnding = true;
    tell({ kind: 'failed-to-start', ...failure });
    after(1, end);
  };
  const blameMain = (stoppedReason: string): StartFailure =>
    main === undefined
      ? { stoppedReason }
      : { stoppedReason, container: main.name, containerReason: stoppedReason };
  const exit = (container: SimulatedContainer, exitCode: number, reason?: string): void => {
    if (!alive.delete(container)) return;
    tell({ kind: 'exited', container: container.name, exitCode, ...(reason !== undefined && { reason }) });
    if (alive.size === 0) end();
  };

  const address: Address = {
    privateIp,
    get: (_port, _path, timeoutSeconds) => {
      const seconds = (clock.now() - (startedAt ?? 0)) / 1000;
      const due = behaviour.answers?.findLast((one) => one.fromSeconds <= seconds);
      const status = due?.status ?? 200;
      if (alive.size === 0) return Promise.reject(new Error('connect ECONNREFUSED'));
      if (status !== 'time-out') return Promise.resolve({ status });
      return new Promise((_resolve, reject) => {
        clock.after(timeoutSeconds, () => reject(new Error('Request timed out')));
      });
    },
    reach: () => undefined,
  };

  const started = (): void => {
    startedAt = clock.now();
    for (const container of containers) alive.add(container);
    tell({ kind: 'started', address });
    write(behaviour.logLines);
    for (const container of containers) checkHealth(container);
    const { exit: ended } = behaviour;
    if (ended === undefined || main === undefined) return;
    after(ended.afterSeconds, () => {
      write(ended.lastLines);
      exit(main, ended.exitCode, ended.reason);
    });
  };
  const checkHealth = (container: SimulatedContainer): void => {
    if (container.check === undefined) return;
    const scripted = container === main ? behaviour.health : undefined;
    const status = scripted?.status ?? 'HEALTHY';
    const usual = status === 'HEALTHY' ? 5 : container.check.secondsUntilUnhealthy;
    after(scripted?.afterSeconds ?? usual, () => {
      if (alive.has(container)) tell({ kind: 'health', container: container.name, status });
    });
  };
  const pulled = (failure: StartFailure | undefined): void => {
    if (isEnding) return;
    if (failure !== undefined) return failToStart(failure);
    tell({ kind: 'pull-stopped', imageDigests: task.imageDigests });
    after(behaviour.startSeconds ?? 1, started);
  };
  const pull = (): void => {
    tell({ kind: 'pull-started' });
    const scripted =
      behaviour.neverStarts?.kind === 'cannot-be-pulled'
        ? blameMain(behaviour.neverStarts.stoppedReason)
        : undefined;
    const looked =
      scripted !== undefined || registries === undefined ? undefined : lookForImages(task, registries);
    after(behaviour.pullSeconds ?? 5, () => {
      if (looked === undefined) pulled(scripted);
      else void looked.then(pulled);
    });
  };
  const provisioned = (): void => {
    tell({ kind: 'provisioned' });
    const trouble = initializationTrouble(behaviour, containers, logs);
    if (trouble === undefined) pull();
    else failToStart(blameMain(trouble));
  };

  const { neverStarts } = behaviour;
  after(behaviour.provisionSeconds ?? 10, () => {
    if (neverStarts?.kind === 'not-placed') tell({ kind: 'not-placed', reason: neverStarts.reason });
    else provisioned();
  });

  return {
    abandon: () => {
      isEnding = true;
      cancelAll();
    },
    stop: () => {
      if (isEnding) return;
      isEnding = true;
      cancelAll();
      if (alive.size === 0) return after(1, end);
      for (const container of alive) {
        if (behaviour.ignoresSigterm === true && container === main) {
          after(container.stopTimeoutSeconds, () => exit(container, 137));
        } else after(1, () => exit(container, 0));
      }
    },
  };
}

/** A script that can't be read fails its task, not the local Fargate. */
function behaviourOf(behave: (task: TaskToRun) => Behaviour, task: TaskToRun): Behaviour {
  try {
    return behave(task);
  } catch (error) {
    const stoppedReason = `ResourceInitializationError: ${error instanceof Error ? error.message : String(error)}`;
    return { neverStarts: { kind: 'cannot-be-initialized', stoppedReason } };
  }
}

/** As on Fargate a container whose log group is missing does not start, unless it may make the group. */
function initializationTrouble(
  behaviour: Behaviour,
  containers: readonly SimulatedContainer[],
  logs: LogStore,
): string | undefined {
  if (behaviour.neverStarts?.kind === 'cannot-be-initialized') return behaviour.neverStarts.stoppedReason;
  for (const { log } of containers) {
    if (log === undefined || logs.hasGroup(log.group)) continue;
    if (!log.createsGroup) {
      return `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1`;
    }
    logs.createGroup(log.group);
  }
  return undefined;
}
