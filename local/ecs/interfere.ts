/** What tests do to the local ECS that no API call does. */
export interface Interference {
  /** Sets a CloudWatch alarm; deployments that watch it notice at once. */
  setAlarm(alarmName: string, state: 'ALARM' | 'OK'): void;
  /** Ends a task as ECS itself would, e.g. with `SpotInterruption` and `Your Spot Task was interrupted.` */
  endTask(taskArn: string, end: { readonly stopCode: string; readonly stoppedReason: string }): void;
  /** Shows a service deployment with any status and reason; the engine leaves it alone from then on. */
  setServiceDeployment(
    serviceDeploymentArn: string,
    shown: { readonly status: string; readonly statusReason?: string },
  ): void;
  /** Shows a deployment (`ecs-svc/<N>`) with any rollout state; undefined leaves the member out. */
  setRolloutState(deploymentId: string, rolloutState: string | undefined): void;
}
