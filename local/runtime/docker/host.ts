import type { Clock } from '../../base/clock.ts';
import type { Engine } from '../../docker/engine.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { Surroundings } from './arguments.ts';

/** What all tasks of one runtime share. */
export interface DockerHost {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly logs: LogStore;
  readonly surroundings: Surroundings;
  /** The image of the container that holds a task's network namespace. */
  readonly pauseImage: string;
  readonly provisionSeconds: number;
  /** Values of secrets by their `valueFrom`. */
  readonly secretValues: Readonly<Record<string, string>>;
}
