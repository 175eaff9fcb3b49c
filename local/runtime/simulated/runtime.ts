import type { Clock } from '../../base/clock.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { Runtime, TaskToRun } from '../runtime.ts';
import type { PlayedRegistries } from './pull.ts';
import { type Simulation, simulate } from './simulation.ts';

/** How a simulated task behaves, as plain data; what is left out goes well. Seconds are those of the clock. */
export interface Behaviour {
  /** Until the network interface is there (10). */
  readonly provisionSeconds?: number;
  /** How long the pull takes (5). */
  readonly pullSeconds?: number;
  /** From the pulled images to running containers (1). */
  readonly startSeconds?: number;
  /** Why the task never runs. */
  readonly neverStarts?: NeverStarts;
  /** Lines that the first essential container writes when it starts. */
  readonly logLines?: readonly string[];
  /** The verdict of the container health check, where one is defined: HEALTHY after 5 s. */
  readonly health?: { readonly status: 'HEALTHY' | 'UNHEALTHY'; readonly afterSeconds?: number };
  /** What a load balancer's health check gets, by seconds since the start: 200 from the start on. */
  readonly answers?: readonly { readonly fromSeconds: number; readonly status: number | 'time-out' }[];
  /** The first essential container ends by itself. */
  readonly exit?: {
    readonly afterSeconds: number;
    readonly exitCode: number;
    /** e.g. `OutOfMemoryError: Container killed due to memory usage` */
    readonly reason?: string;
    readonly lastLines?: readonly string[];
  };
  /** Ends only by SIGKILL, after its stop timeout. */
  readonly ignoresSigterm?: boolean;
}

type NeverStarts =
  | { readonly kind: 'not-placed'; readonly reason: string }
  | { readonly kind: 'cannot-be-pulled'; readonly stoppedReason: string }
  /** Secrets, log driver, volumes: before any pull. */
  | { readonly kind: 'cannot-be-initialized'; readonly stoppedReason: string };

/** Runs tasks as a script says: no container, no network. */
export function simulatedRuntime(options: {
  readonly clock: Clock;
  readonly logs: LogStore;
  readonly behave: (task: TaskToRun) => Behaviour;
  /** Images of these are looked for before a task starts; every image is there when not given. */
  readonly registries?: PlayedRegistries;
}): Runtime {
  const running = new Set<Simulation>();
  let addresses = 0;
  return {
    start: (task, report) => {
      const privateIp = `10.0.${(addresses >> 8) & 255}.${(addresses++ & 255) + 1}`;
      const simulation = simulate({ ...options, task, privateIp }, (happened) => {
        if (happened.kind === 'stopped') running.delete(simulation);
        report(happened);
      });
      running.add(simulation);
      return simulation;
    },
    close: () => {
      for (const simulation of running) simulation.abandon();
      running.clear();
      return Promise.resolve();
    },
  };
}
