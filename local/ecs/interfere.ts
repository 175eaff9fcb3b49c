import type { Document } from '../server/operation.ts';
import type { State } from './model/state.ts';
import { findServiceDeployment } from './operations/service-deployments.ts';
import type { Scheduler } from './scheduler/scheduler.ts';

/** What tests do to the local ECS that no API call does. */
export interface Interference {
  /** Sets a CloudWatch alarm; deployments that watch it notice at once. */
  setAlarm(alarmName: string, state: 'ALARM' | 'OK'): void;
  /** Ends a task as ECS itself would, e.g. with `SpotInterruption` and `Your Spot Task was interrupted.` */
  endTask(taskArn: string, end: { readonly stopCode: string; readonly stoppedReason: string }): void;
  /** Shows a service deployment with any status and other members; what the engine does stays as it is. */
  setServiceDeployment(serviceDeploymentArn: string, shown: Document): void;
  /**
   * Shows a deployment (`ecs-svc/<N>`) with any rollout state; undefined leaves the member out. A rollback
   * returns only to one that is shown as COMPLETED.
   */
  setRolloutState(deploymentId: string, rolloutState: string | undefined): void;
}

export function createInterference(state: State, scheduler: Scheduler): Interference {
  const lookAtAll = (): void => {
    for (const service of state.services.values()) scheduler.wake(service);
  };
  return {
    setAlarm: (alarmName, alarm) => {
      if (alarm === 'ALARM') state.alarms.add(alarmName);
      else state.alarms.delete(alarmName);
      lookAtAll();
    },
    endTask: (taskArn, end) => {
      const task = state.tasks.get(taskArn);
      if (task === undefined) throw new Error(`No task ${taskArn}.`);
      scheduler.life.stop(task, { ...end, because: undefined });
    },
    setServiceDeployment: (serviceDeploymentArn, shown) => {
      const found = findServiceDeployment(state, serviceDeploymentArn);
      if (found === undefined) throw new Error(`No service deployment ${serviceDeploymentArn}.`);
      found.shown = shown;
    },
    setRolloutState: (deploymentId, rolloutState) => {
      const all = [...state.services.values()].flatMap((service) => service.deployments);
      const found = all.find((one) => one.id === deploymentId);
      if (found === undefined) throw new Error(`No deployment ${deploymentId}.`);
      found.shown = { rolloutState };
    },
  };
}
