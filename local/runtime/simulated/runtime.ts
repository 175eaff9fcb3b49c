import type { Clock } from '../../base/clock.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { Runtime, TaskToRun } from '../runtime.ts';
import type { Behaviour } from './behaviour.ts';
import type { PlayedRegistries } from './pull.ts';
import { type Simulation, simulate } from './simulation.ts';

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
