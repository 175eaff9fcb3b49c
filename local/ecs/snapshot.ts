import { lastSegment } from './model/ids.ts';
import { isOpen } from './model/lifecycle-hook.ts';
import type { Service } from './model/service.ts';
import { currentStage } from './model/stage-progress.ts';
import { type State, tasksOf } from './model/state.ts';
import { countTasks } from './model/task.ts';

/** Services and tasks as a live view shows them; times are milliseconds since the epoch. */
export interface Snapshot {
  readonly services: readonly ServiceShown[];
  readonly tasks: readonly TaskShown[];
}

export interface ServiceShown {
  readonly cluster: string;
  readonly name: string;
  readonly status: string;
  readonly desiredCount: number;
  readonly deployments: readonly DeploymentShown[];
  /** The service deployment that goes on. */
  readonly inFlight: InFlightShown | undefined;
  /** Newest first. */
  readonly events: readonly { readonly at: number; readonly message: string }[];
}

export interface InFlightShown {
  readonly arn: string;
  readonly status: string;
  /** The lifecycle stage of a deployment that shifts traffic. */
  readonly stage: string | undefined;
  /** The ids of pause hooks that wait for an answer. */
  readonly pauses: readonly string[];
}

export interface DeploymentShown {
  readonly id: string;
  readonly status: string;
  /** `web:3` */
  readonly taskDefinition: string;
  readonly rolloutState: string | undefined;
  readonly desired: number;
  readonly pending: number;
  readonly running: number;
  readonly failed: number;
  /** The ones that its revision uses, of load balancers whose traffic ECS shifts. */
  readonly targetGroupArns: readonly string[];
}

export interface TaskShown {
  readonly taskId: string;
  readonly cluster: string;
  readonly group: string;
  /** `ecs-svc/<N>` */
  readonly startedBy: string | undefined;
  readonly taskDefinition: string;
  readonly lastStatus: string;
  readonly health: string;
  readonly stoppedReason: string | undefined;
}

export function snapshotOf(state: State): Snapshot {
  return {
    services: [...state.services.values()].map((service) => ({
      cluster: service.cluster.name,
      name: service.name,
      status: service.status,
      desiredCount: service.desiredCount,
      deployments: service.deployments
        .filter((one) => one.status !== 'INACTIVE')
        .map((one) => {
          const own = tasksOf(state, service).filter((task) => task.owner?.deployment === one);
          const { pendingCount, runningCount } = countTasks(own);
          return {
            id: one.id,
            status: one.status,
            taskDefinition: lastSegment(one.revision.definition.arn),
            rolloutState: one.rolloutState,
            desired: one.desiredCount,
            pending: pendingCount,
            running: runningCount,
            failed: one.failedTasks,
            targetGroupArns: [...one.revision.liveGroups.values()],
          };
        }),
      inFlight: inFlightOf(service),
      events: service.events.map(({ at, message }) => ({ at, message })),
    })),
    tasks: [...state.tasks.values()].map((task) => ({
      taskId: task.id,
      cluster: task.cluster.name,
      group: task.group,
      startedBy: task.startedBy,
      taskDefinition: lastSegment(task.definition.arn),
      lastStatus: task.lastStatus,
      health: task.health,
      stoppedReason: task.end?.stoppedReason,
    })),
  };
}

function inFlightOf({ inFlight }: Service): InFlightShown | undefined {
  if (inFlight === undefined) return undefined;
  const { arn, status, stages } = inFlight;
  const pauses = (stages?.hooks ?? []).filter((run) => run.hook.kind === 'pause' && isOpen(run));
  return { arn, status, stage: currentStage(stages), pauses: pauses.map(({ id }) => id) };
}
