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
  /** Newest first. */
  readonly events: readonly { readonly at: number; readonly message: string }[];
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
