import type { Account } from '../account.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Images } from '../ecr/images.ts';
import type { TargetGroups } from '../elb/target-groups.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Operations } from '../server/operation.ts';
import type { Interference } from './interfere.ts';
import type { Readings } from './readings.ts';
import type { Snapshot } from './snapshot.ts';

export interface EcsOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly targetGroups: TargetGroups;
  /** The images behind the local ECR; tags of a deployment are resolved to digests with them. */
  readonly images?: Images;
  /** What the repository URIs of the local ECR begin with, e.g. `127.0.0.1:5000`. */
  readonly registryHost?: string;
  readonly readings?: Partial<Readings>;
}

export interface Ecs {
  readonly operations: Operations;
  /** What tests do to it that no API call does. */
  readonly interfere: Interference;
  /** Calls the listener after services or tasks changed. */
  onChange(listener: () => void): Cancel;
  /** Services and tasks as a live view shows them. */
  snapshot(): Snapshot;
  /** Stops whatever runs. */
  close(): Promise<void>;
}

/** Amazon ECS with Fargate, as far as fargate-deploy meets it: an engine in this process, without a network. */
export function createEcs(options: EcsOptions): Ecs {
  return {
    operations: {},
    interfere: {
      setAlarm: () => undefined,
      endTask: () => undefined,
      setServiceDeployment: () => undefined,
      setRolloutState: () => undefined,
    },
    onChange: () => () => undefined,
    snapshot: () => ({ services: [], tasks: [] }),
    close: () => options.runtime.close(),
  };
}
