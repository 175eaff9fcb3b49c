/** A service by its names. */
export interface ServiceRef {
  readonly name: string;
  readonly arn: string;
  readonly clusterArn: string;
}

/** One deployment of a service: what tells it from every other, and nothing of how it is followed or judged. */
export interface DeploymentRef {
  readonly service: ServiceRef;
  /** `ecs-svc/<N>`: PRIMARY's id in the answer of UpdateService, and `startedBy` of its tasks. */
  readonly id: string;
  /** When AWS made it, by AWS's clock; left out where that is unknown. */
  readonly createdAt?: Date | undefined;
  /** The ARN of the task definition that it deploys. */
  readonly target: string;
}
