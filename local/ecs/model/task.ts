import { type Account, arn } from '../../base/account.ts';
import type { Address, RunningTask } from '../../runtime/runtime.ts';
import { documentOf, documentsOf, flagOf, numberOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import type { Cluster } from './cluster.ts';
import type { Deployment } from './deployment.ts';
import { newTaskId } from './ids.ts';
import type { Launch, LaunchOrder } from './launch.ts';
import type { Service } from './service.ts';
import type { TaskDefinition } from './task-definition.ts';

type LastStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export type Health = 'starting' | 'healthy' | 'unhealthy';

/** A task with all that is known of it; times are milliseconds since the epoch. */
export interface Task {
  readonly arn: string;
  readonly id: string;
  readonly cluster: Cluster;
  /** `service:web` or `family:web` */
  readonly group: string;
  /** The service and the deployment that the task belongs to; undefined for a task of RunTask. */
  readonly owner: { readonly service: Service; readonly deployment: Deployment } | undefined;
  readonly startedBy: string | undefined;
  readonly definition: TaskDefinition;
  readonly launch: Launch;
  readonly containers: readonly Container[];
  readonly attachmentId: string;
  readonly createdAt: number;
  tags: readonly Document[];
  version: number;
  lastStatus: LastStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  times: Times;
  end: TaskEnd | undefined;
  address: Address | undefined;
  running: RunningTask | undefined;
  /** As the scheduler last saw it. */
  health: Health;
  /** Scale-in protection, in milliseconds since the epoch. */
  protectedUntil: number | undefined;
  /** The scheduler has seen it RUNNING. */
  isSeenRunning: boolean;
  /** The scheduler has counted its end. */
  isCounted: boolean;
}

type Times = {
  readonly [name in
    | 'connectivityAt'
    | 'pullStartedAt'
    | 'pullStoppedAt'
    | 'startedAt'
    | 'stoppingAt'
    | 'executionStoppedAt'
    | 'stoppedAt']?: number;
};

export interface TaskEnd {
  readonly stopCode: string;
  readonly stoppedReason: string;
  /** Why the scheduler stopped it; undefined when it ended by itself or by a user. */
  readonly because: 'scaling' | 'unhealthy' | undefined;
}

export interface Container {
  readonly name: string;
  readonly arn: string;
  readonly image: string;
  readonly isEssential: boolean;
  readonly hasHealthCheck: boolean;
  readonly shares: { readonly cpu: string; readonly memory?: string; readonly memoryReservation?: string };
  imageDigest: string | undefined;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  exitCode: number | undefined;
  reason: string | undefined;
}

/** A task that has been ordered; nothing of it runs yet. */
export function newTask(account: Account, order: LaunchOrder, now: number): Task {
  const { cluster, group, owner, startedBy, definition, launch, tags } = order;
  const id = newTaskId();
  const taskArn = arn(account, 'ecs', `task/${cluster.name}/${id}`);
  return {
    arn: taskArn,
    id,
    cluster,
    group,
    owner,
    startedBy,
    definition,
    launch,
    containers: containersOf(definition, taskArn),
    attachmentId: newTaskId(),
    createdAt: now,
    tags,
    version: 1,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    times: {},
    end: undefined,
    address: undefined,
    running: undefined,
    health: 'starting',
    protectedUntil: undefined,
    isSeenRunning: false,
    isCounted: false,
  };
}

/** The health of the essential containers that have a check (documented); undefined when none has one. */
export function containerHealth(task: Task): 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN' | undefined {
  const checked = task.containers.filter((one) => one.isEssential && one.hasHealthCheck);
  if (checked.length === 0) return undefined;
  if (checked.some((one) => one.healthStatus === 'UNHEALTHY')) return 'UNHEALTHY';
  return checked.every((one) => one.healthStatus === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}

/** Counts in `pendingCount`. */
function isPending(task: Task): boolean {
  return (
    task.desiredStatus === 'RUNNING' && ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(task.lastStatus)
  );
}

/**
 * Counts in `runningCount`: RUNNING, and while it drains or gets its SIGTERM, so that an old deployment stays visible
 * until its tasks are gone (that draining makes a rollout longer is seen by everybody; the exact counting is our choice).
 */
function isRunning(task: Task): boolean {
  if (task.lastStatus === 'RUNNING') return true;
  if (task.lastStatus !== 'DEACTIVATING' && task.lastStatus !== 'STOPPING') return false;
  return task.times.startedAt !== undefined && task.times.executionStoppedAt === undefined;
}

function containersOf(definition: TaskDefinition, taskArn: string): Container[] {
  return documentsOf(definition.document, 'containerDefinitions').map((container) => {
    const memory = numberOf(container, 'memory');
    const memoryReservation = numberOf(container, 'memoryReservation');
    return {
      name: textOf(container, 'name') ?? '',
      arn: `${taskArn.replace(':task/', ':container/')}/${newTaskId()}`,
      image: textOf(container, 'image') ?? '',
      isEssential: flagOf(container, 'essential') ?? true,
      hasHealthCheck: documentOf(container, 'healthCheck') !== undefined,
      shares: {
        // Seen: the string "0" when unset.
        cpu: String(numberOf(container, 'cpu') ?? 0),
        ...(memory !== undefined && { memory: String(memory) }),
        ...(memoryReservation !== undefined && { memoryReservation: String(memoryReservation) }),
      },
      imageDigest: undefined,
      lastStatus: 'PENDING',
      healthStatus: 'UNKNOWN',
      exitCode: undefined,
      reason: undefined,
    };
  });
}

export interface Counts {
  readonly pendingCount: number;
  readonly runningCount: number;
}

export function countTasks(tasks: readonly Task[]): Counts {
  return { pendingCount: tasks.filter(isPending).length, runningCount: tasks.filter(isRunning).length };
}
