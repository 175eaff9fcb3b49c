import type { Document } from '../server/operation.ts';

/**
 * What runs the containers of a task. The scheduler owns the task's life cycle (lastStatus, desiredStatus, stop codes,
 * events, health of the task as ECS sees it); a runtime only runs containers and reports what happens to them.
 */
export interface Runtime {
  start(task: TaskToRun, report: (happened: Happening) => void): RunningTask;
  /** Stops and removes whatever still runs. */
  close(): Promise<void>;
}

export interface TaskToRun {
  readonly taskArn: string;
  /** The last segment of the ARN. */
  readonly taskId: string;
  /** The task definition as DescribeTaskDefinition answers it. */
  readonly taskDefinition: Document;
  /** The service's name; undefined for a task of RunTask. */
  readonly serviceName: string | undefined;
  /** `ecs-svc/<N>` for a task of a service. */
  readonly startedBy: string | undefined;
  /** `overrides` of RunTask. */
  readonly overrides: Document | undefined;
  /** Images by container with the tag resolved to a digest, where the service revision has resolved it. */
  readonly imageDigests: Readonly<Record<string, string>>;
}

/** Reported in the order in which it happens; nothing is reported after `stopped`. */
export type Happening =
  /** The task cannot be placed (yet); a service event tells the reason. The runtime goes on trying. */
  | { readonly kind: 'not-placed'; readonly reason: string }
  /** The network interface is there: PROVISIONING ends. */
  | { readonly kind: 'provisioned' }
  | { readonly kind: 'pull-started' }
  /** All images are there. */
  | { readonly kind: 'pull-stopped'; readonly imageDigests: Readonly<Record<string, string>> }
  /** All containers that start with the task run. `address` reaches a container port of the task. */
  | { readonly kind: 'started'; readonly address: Address }
  /** A container's health check changed its verdict. */
  | { readonly kind: 'health'; readonly container: string; readonly status: 'HEALTHY' | 'UNHEALTHY' }
  | {
      readonly kind: 'exited';
      readonly container: string;
      readonly exitCode: number;
      readonly reason?: string;
    }
  /** The task never ran (stop code TaskFailedToStart); `container` and `containerReason` where one is to blame. */
  | {
      readonly kind: 'failed-to-start';
      readonly stoppedReason: string;
      readonly container?: string;
      readonly containerReason?: string;
    }
  /** Every container has ended and nothing is left of the task. */
  | { readonly kind: 'stopped' };

export interface RunningTask {
  /**
   * Ends the task: SIGTERM to every container, SIGKILL after its stop timeout. `exited` for each container that ran,
   * then `stopped`, are reported. May be called at any time and more than once.
   */
  stop(): void;
}

/** Where a task can be reached from this machine. */
export interface Address {
  /** The private IPv4 address that the task's network interface shows. */
  readonly privateIp: string;
  /** Asks a container port with HTTP for a health check; rejects when there is no answer in time (scaled) or at all. */
  get(containerPort: number, path: string, timeoutSeconds: number): Promise<{ readonly status: number }>;
  /** Host and port that a listener's requests for a container port go to; undefined where nothing really listens. */
  reach(containerPort: number): { readonly host: string; readonly port: number } | undefined;
}
