import { documentOf, numberOf } from '../../server/members.ts';
import type { Deployment } from '../model/deployment.ts';
import { alarmNames } from '../rollout/failures.ts';
import type { View } from './plan.ts';
import type { Service } from '../model/service.ts';
import { primaryOf, tasksOf } from '../model/service.ts';
import type { State } from '../model/state.ts';

/** A service as the planner sees it. */
export function viewOf(state: State, service: Service): View {
  const configuration = documentOf(service.settings, 'deploymentConfiguration');
  const primary = primaryOf(service);
  const others = service.deployments.filter((one) => one.status === 'ACTIVE');
  const bakeMinutes =
    numberOf(configuration, 'bakeTimeInMinutes') ??
    (alarmNames(service).length > 0 ? state.readings.alarmBakeMinutes : 0);
  return {
    now: state.clock.now(),
    desiredCount: service.desiredCount,
    minimumHealthyPercent: numberOf(configuration, 'minimumHealthyPercent') ?? 100,
    maximumPercent: numberOf(configuration, 'maximumPercent') ?? 200,
    oldTasksStop: state.readings.oldTasksStop,
    primary: {
      id: primary.id,
      state: rolloutOf(primary),
      mayStartAt: primary.backOff.until,
      startsAlone: !primary.isResolved,
      bakeSeconds: bakeMinutes * 60,
      bakeStartedAt: primary.bakeStartedAt,
    },
    sources: others.map((one) => ({
      id: one.id,
      desiredCount: one.desiredCount,
      mayStartAt: one.backOff.until,
    })),
    tasks: tasksOf(state, service)
      .filter((task) => task.desiredStatus === 'RUNNING' || task.times.executionStoppedAt === undefined)
      .map((task) => ({
        id: task.id,
        deploymentId: task.owner?.deployment.id ?? '',
        state: task.desiredStatus === 'RUNNING' ? 'alive' : 'ending',
        health: task.health,
        createdAt: task.createdAt,
        protectedUntil: task.protectedUntil,
      })),
  };
}

function rolloutOf(deployment: Deployment): View['primary']['state'] {
  if (deployment.isHalted) return 'failed';
  return deployment.rolloutState === 'COMPLETED' ? 'complete' : 'rolling-out';
}
