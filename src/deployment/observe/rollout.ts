/** A deployment that this run began (or found in flight and follows), by its identity. */
export interface Rollout {
  readonly serviceName: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  /** `ecs-svc/<N>`: PRIMARY's id in the answer of UpdateService, and `startedBy` of its tasks. */
  readonly deploymentId: string;
  /** AWS's own time of its creation. */
  readonly createdAt: Date | undefined;
  readonly taskDefinitionArn: string;
  /** What the service shall have, for as long as no reading of it tells. */
  readonly desiredCount: number;
  /** Health is judged by the load balancer where there is one. */
  readonly targetGroupArns: readonly string[];
  /** Containers with a health check in the task definition, so that HEALTHY means something. */
  readonly hasHealthCheck: boolean;
  readonly policy: Policy;
}

export interface Policy {
  readonly failFast: boolean;
  readonly circuitBreaker: boolean;
  readonly limitSeconds: number;
  /** What ECS's own rollback (or its stopping of the deployment) gets on top of the limit. */
  readonly rollbackSeconds: number;
  readonly noProgressSeconds: number | undefined;
}
