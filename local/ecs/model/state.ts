import type { Account } from '../../base/account.ts';
import type { Clock } from '../../base/clock.ts';
import type { Cluster } from './cluster.ts';
import type { Readings } from './readings.ts';
import type { Service } from './service.ts';
import type { Task } from './task.ts';
import type { TaskDefinition } from './task-definition.ts';

/** Everything that the local ECS knows. Handlers and the scheduler change it synchronously. */
export interface State {
  readonly account: Account;
  readonly clock: Clock;
  readonly readings: Readings;
  readonly clusters: Map<string, Cluster>;
  /** Every revision of a family in its order, INACTIVE ones too. */
  readonly families: Map<string, readonly TaskDefinition[]>;
  /** By ARN; an INACTIVE service stays until its name is used again or its hour is over. */
  readonly services: Map<string, Service>;
  readonly tasks: Map<string, Task>;
  /** CloudWatch alarms in ALARM. */
  readonly alarms: Set<string>;
  readonly isEcrImage: (image: string) => boolean;
}

/** Whether an image lies in ECR: in the real one or in the local registry. */
export function ecrImages(registryHost: string | undefined): (image: string) => boolean {
  const real = /^\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com|amazonaws\.com\.cn|on\.aws)\//;
  return (image) => real.test(image) || (registryHost !== undefined && image.startsWith(`${registryHost}/`));
}

/** The tasks of a service, those that have ended included while they are remembered. */
export function tasksOf(state: State, service: Service): Task[] {
  return [...state.tasks.values()].filter((task) => task.owner?.service === service);
}
