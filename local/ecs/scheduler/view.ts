import { documentOf, numberOf } from '../../server/members.ts';
import type { Deployment } from '../model/deployment.ts';
import { type EarlySuccess, earlySuccessOf } from '../model/early-success.ts';
import { primaryOf, type Service } from '../model/service.ts';
import { type State, tasksOf } from '../model/state.ts';
import type { Health } from '../model/task.ts';
import { alarmNames } from '../rollout/failures.ts';

/** A service as the planner sees it: plain data; times are milliseconds since the epoch. */
export interface View {
  readonly now: number;
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** Its deployment shifts traffic, stage by stage. */
  readonly isStaged: boolean;
  readonly oldTasksStop: 'down-to-minimum' | 'only-for-room';
  readonly primary: PrimaryView;
  readonly sources: readonly SourceView[];
  readonly tasks: readonly TaskView[];
}

interface PrimaryView {
  readonly id: string;
  /** Counts while the deployment is staged. */
  readonly desiredCount: number;
  readonly state: 'rolling-out' | 'complete' | 'failed';
  /** Back-off: no start before. */
  readonly mayStartAt: number;
  /** Its first task is started alone, to resolve tags to digests. */
  readonly startsAlone: boolean;
  readonly earlySuccess: EarlySuccess | undefined;
  /** Bake time after everything is healthy and the old tasks are gone; 0 for none. */
  readonly bakeSeconds: number;
  readonly bakeStartedAt: number | undefined;
}

export interface SourceView {
  readonly id: string;
  readonly desiredCount: number;
  readonly mayStartAt: number;
}

export interface TaskView {
  readonly id: string;
  readonly deploymentId: string;
  /** `ending`: told to stop, but its containers are not gone yet (drain, SIGTERM). */
  readonly state: 'alive' | 'ending';
  readonly health: Health;
  readonly createdAt: number;
  /** No scaling and no deployment stops it before (documented). */
  readonly protectedUntil?: number | undefined;
}

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
    isStaged: service.inFlight?.stages !== undefined,
    oldTasksStop: state.readings.oldTasksStop,
    primary: {
      id: primary.id,
      desiredCount: primary.desiredCount,
      state: rolloutOf(primary),
      mayStartAt: primary.backOff.until,
      startsAlone: !primary.isResolved,
      earlySuccess: earlySuccessOf(configuration),
      bakeSeconds: bakeMinutes * 60,
      bakeStartedAt: primary.bakeStartedAt,
    },
    sources: others.map((one) => ({
      id: one.id,
      desiredCount: one.desiredCount,
      // Documented: a deployment that failed launches nothing.
      mayStartAt: one.isHalted ? Number.POSITIVE_INFINITY : one.backOff.until,
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
