import type { Account } from '../base/account.ts';
import type { Cancel, Clock } from '../base/clock.ts';
import { withOwnTimers } from '../base/own-timers.ts';
import type { Images } from '../ecr/images.ts';
import type { ListenerRules } from '../elb/listener-rules.ts';
import type { TargetGroups } from '../elb/target-groups.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Operations } from '../server/operation.ts';
import type { Interference } from './interfere.ts';
import { createInterference } from './interfere.ts';
import type { Readings } from './model/readings.ts';
import { defaultReadings } from './model/readings.ts';
import type { State } from './model/state.ts';
import { ecrImages } from './model/state.ts';
import { clusterOperations } from './operations/clusters.ts';
import { serviceDeploymentOperations } from './operations/service-deployments.ts';
import { serviceOperations } from './operations/services.ts';
import { tagOperations } from './operations/tags.ts';
import { taskDefinitionOperations } from './operations/task-definitions.ts';
import { taskProtectionOperations } from './operations/task-protection.ts';
import { taskOperations } from './operations/tasks.ts';
import { withKnownWords } from './rules/known-words.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import type { Snapshot } from './snapshot.ts';
import { snapshotOf } from './snapshot.ts';
import { type HookTargets, noHookTargets } from './stages/hook-targets.ts';

export interface EcsOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly targetGroups: TargetGroups;
  /** Missing where no service shifts traffic. */
  readonly listenerRules?: ListenerRules;
  /** Missing where no lifecycle hook calls a function. */
  readonly hookTargets?: HookTargets;
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
  const { account, runtime, targetGroups, listenerRules = noRules, images, registryHost } = options;
  const { clock, cancelAll } = withOwnTimers(options.clock);
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const state: State = {
    account,
    clock,
    readings: { ...defaultReadings, ...options.readings },
    clusters: new Map(),
    families: new Map(),
    services: new Map(),
    tasks: new Map(),
    alarms: new Set(),
    isEcrImage: ecrImages(registryHost),
  };
  const scheduler = createScheduler({
    state,
    runtime,
    targetGroups,
    listenerRules,
    hookTargets: options.hookTargets ?? noHookTargets,
    images,
    registryHost,
    changed,
  });
  return {
    operations: withKnownWords({
      ...clusterOperations(state),
      ...taskDefinitionOperations(state),
      ...tagOperations(state),
      ...serviceOperations({ state, scheduler, balancing: { targetGroups, listenerRules } }),
      ...taskOperations(state, scheduler),
      ...taskProtectionOperations(state, scheduler),
      ...serviceDeploymentOperations(state, scheduler),
    }),
    interfere: createInterference(state, scheduler),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => snapshotOf(state),
    close: () => {
      cancelAll();
      return runtime.close();
    },
  };
}

const noRules: ListenerRules = { weightsOf: () => undefined, forward: () => undefined };
