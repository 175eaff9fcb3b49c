/**
 * Switches for what AWS does not document. Each default is our choice; a test may run the other reading. Seconds are
 * those of the clock.
 */
export interface Readings {
  /** UpdateService with some members of deploymentConfiguration: are the others kept, or reset to AWS's defaults? */
  readonly deploymentConfigurationOnUpdate: 'kept' | 'reset';
  /** Is `currentServiceDeployment` in the reply of UpdateService already, or only in DescribeServices? */
  readonly currentServiceDeploymentInReply: 'present' | 'absent';
  /** How long a new service deployment is missing from ListServiceDeployments. */
  readonly serviceDeploymentVisibleAfterSeconds: number;
  /** Does `Service.taskDefinition` name the old revision when a rollback begins, or when it is complete? */
  readonly taskDefinitionAfterRollback: 'at-once' | 'when-complete';
  /** How a deployment ends whose circuit breaker wants to roll back and finds no completed deployment. */
  readonly withoutRollbackCandidate: 'ROLLBACK_FAILED' | 'STOPPED';
  /** Old tasks may be fewer than the new ones need room for: down to the minimum at once, or only for room? */
  readonly oldTasksStop: 'down-to-minimum' | 'only-for-room';
  /** Does the circuit breaker count tasks that were RUNNING and then exited by themselves? AWS's text names them not. */
  readonly breakerCountsExitsAfterRunning: boolean;
  /** Between "all containers run" and RUNNING; a container that exits before never ran. */
  readonly activatingSeconds: number;
  /** How long PENDING, STOP_REQUESTED and ROLLBACK_REQUESTED of a service deployment last. */
  readonly transitionSeconds: number;
  /** From a change to the scheduler's next look. */
  readonly schedulerDelaySeconds: number;
  /** From the end of the containers to STOPPED (the network interface is taken away). */
  readonly deprovisionSeconds: number;
  /** Bake time of a deployment with alarms when `bakeTimeInMinutes` is not set; AWS: under five minutes. */
  readonly alarmBakeMinutes: number;
  /** StopServiceDeployment with ABORT: the API's text says only ROLLBACK is valid, the schema has both. */
  readonly abort: 'refused' | 'stops';
  /** LINEAR and CANARY of a service without load balancer and Service Connect; AWS documents only BLUE_GREEN there. */
  readonly headlessGradual: 'accepted' | 'refused';
  /** Bake time of LINEAR and CANARY when `bakeTimeInMinutes` is not set. */
  readonly gradualBakeMinutes: number;
  /** What a shift of traffic over a Network Load Balancer takes in addition; AWS: about ten minutes. */
  readonly networkShiftMinutes: number;
  /** The least time that a lifecycle stage lasts. */
  readonly stageSeconds: number;
  /** `lifecycleStage` during PRE_PRODUCTION_TRAFFIC_SHIFT, which the response's enum lacks. */
  readonly preProductionStage: 'PRE_PRODUCTION_TRAFFIC_SHIFT' | 'POST_TEST_TRAFFIC_SHIFT';
  /** `lifecycleStage` during a rollback: the stages that it goes through, or the one that it began in. */
  readonly stageDuringRollback: 'played' | 'kept';
  /** A hook that is called again during the rollback and fails there. */
  readonly hookFailureInRollback: 'ROLLBACK_FAILED' | 'ignored';
}

export const defaultReadings: Readings = {
  deploymentConfigurationOnUpdate: 'kept',
  currentServiceDeploymentInReply: 'absent',
  serviceDeploymentVisibleAfterSeconds: 2,
  taskDefinitionAfterRollback: 'at-once',
  withoutRollbackCandidate: 'ROLLBACK_FAILED',
  oldTasksStop: 'down-to-minimum',
  breakerCountsExitsAfterRunning: false,
  activatingSeconds: 3,
  transitionSeconds: 1,
  schedulerDelaySeconds: 0.5,
  deprovisionSeconds: 5,
  alarmBakeMinutes: 3,
  abort: 'refused',
  headlessGradual: 'accepted',
  gradualBakeMinutes: 0,
  networkShiftMinutes: 10,
  stageSeconds: 5,
  preProductionStage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
  stageDuringRollback: 'played',
  hookFailureInRollback: 'ROLLBACK_FAILED',
};
