import { primaryOf } from '../service/primary.ts';
import { judgeCompleted } from './after-completion.ts';
import { countFailures } from './failure-count.ts';
import { type End, endOf } from './observe/end.ts';
import { heldBy } from './observe/protection.ts';
import { countsOf, ownDeployment, type Snapshot } from './observe/snapshot.ts';
import { openHooks, type Pause, pauseOf, stageOf } from './observe/stage.ts';
import type { RolloutPolicy } from './policy.ts';
import type { Phase, Verdict } from './verdict.ts';

/** Judges a rollout: a pure function, in the order in which the rules take precedence. */
export function judge(snapshot: Snapshot, policy: RolloutPolicy): Verdict {
  const end = endOf(snapshot);
  if (end?.kind === 'completed') return judgeCompleted(snapshot, end, policy);
  if (end !== undefined) return { kind: 'ended', end };

  const pause = pauseOf(snapshot.serviceDeployment);
  const failures = countFailures(snapshot, policy);
  const phase = phaseOf(snapshot);
  const isOurs = phase === 'starting' || phase === 'finishing' || phase === 'unknown-state';

  if (isOurs && policy.failFast && failures.counted.length >= failures.threshold) {
    return {
      kind: 'giveUp',
      why: { kind: 'tasks-failed', failures: failures.counted, threshold: failures.threshold },
    };
  }
  const goal = isOurs ? reachedGoal(snapshot, pause, policy) : undefined;
  if (goal !== undefined) return { kind: 'ended', end: goal };
  if (isOurs && phase !== 'finishing' && pause === undefined) {
    if (snapshot.elapsedSeconds >= policy.limitSeconds) {
      return { kind: 'giveUp', why: { kind: 'time-limit', elapsedSeconds: snapshot.elapsedSeconds } };
    }
    const noProgressSeconds = policy.noProgressSeconds ?? Number.POSITIVE_INFINITY;
    if (waitsForTasks(snapshot) && snapshot.idleSeconds >= noProgressSeconds) {
      return { kind: 'giveUp', why: { kind: 'no-progress', idleSeconds: snapshot.idleSeconds } };
    }
  } else if (isOurs && snapshot.elapsedSeconds >= policy.limitSeconds) {
    // The new version has what it wants, or somebody has to decide: rolling back now would take a healthy version away.
    return {
      kind: 'ended',
      end:
        pause === undefined
          ? { kind: 'out-of-time', remaining: remainingWork(snapshot), ...shiftLeft(snapshot) }
          : { kind: 'paused-too-long', ...pause },
    };
  }
  const { elapsedSeconds } = snapshot;
  if (!isOurs && elapsedSeconds >= policy.limitSeconds + policy.rollbackSeconds) {
    return { kind: 'ended', end: { kind: 'rollback-unfinished', elapsedSeconds } };
  }
  if (pause !== undefined) return { kind: 'paused', ...pause };
  return {
    kind: 'waiting',
    phase,
    failures: { count: failures.counted.length, threshold: failures.threshold },
  };
}

/** What the step was to follow the deployment to. Bake time and clean-up, and whatever ends them, come after it. */
function reachedGoal(
  { serviceDeployment }: Snapshot,
  pause: Pause | undefined,
  { followsUntil }: RolloutPolicy,
): End | undefined {
  switch (followsUntil) {
    case 'completed':
      return undefined;
    case 'paused':
      return pause && { kind: 'paused', ...pause };
    case 'traffic-shifted': {
      const { name = '', weights } = stageOf(serviceDeployment) ?? {};
      // The record shows the requested weight, which takes effect during PRODUCTION_TRAFFIC_SHIFT (documented; minutes for a
      // Network Load Balancer), so a later stage has to confirm it.
      return weights?.production === 100 && lastStages.has(name) ? { kind: 'traffic-shifted' } : undefined;
    }
    default:
      return followsUntil satisfies never;
  }
}

/**
 * Whether new tasks are what comes next. The other stages wait by themselves: for hooks, for a bake time, or for the load
 * balancer, which takes ten minutes for some shifts (documented for Network Load Balancers).
 */
function waitsForTasks({ serviceDeployment }: Snapshot): boolean {
  const stage = stageOf(serviceDeployment)?.name;
  return openHooks(serviceDeployment).length === 0 && (stage === undefined || stage === 'SCALE_UP');
}

function phaseOf(snapshot: Snapshot): Phase {
  const status = snapshot.serviceDeployment?.status;
  const primary = primaryOf(snapshot.service);
  if (status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS') return 'ecs-rolling-back';
  if (status === 'STOP_REQUESTED' || status === 'STOPPED') return 'ecs-stopping';
  // AWS doesn't document which deployment is PRIMARY while traffic shifts; the record decides there.
  const isStaged = stageOf(snapshot.serviceDeployment) !== undefined;
  if (!isStaged && primary !== undefined && primary.id !== snapshot.deploymentId) return 'ecs-rolling-back';
  if (ownDeployment(snapshot)?.rolloutState === 'FAILED') return 'ecs-rolling-back';
  if (status !== undefined && status !== 'PENDING' && status !== 'IN_PROGRESS') return 'unknown-state';
  const { desired, running, pending } = countsOf(snapshot);
  return running >= desired && pending === 0 && snapshot.healthy.size >= desired ? 'finishing' : 'starting';
}

function remainingWork({ service, serviceDeployment, deploymentId, protection }: Snapshot): string {
  if (protection !== undefined) return heldBy(protection);
  const stage = stageOf(serviceDeployment);
  if (stage !== undefined) return `the deployment is in the stage ${stage.name}`;
  const drains = service?.deployments?.some(
    ({ id, runningCount = 0 }) => id !== deploymentId && runningCount > 0,
  );
  return drains === true ? 'tasks of the old version are still draining' : 'a bake time is running';
}

/** The stages in which all production traffic is on the new version. */
const lastStages = new Set(['POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP']);

/** The traffic of a deployment that still shifts it. */
function shiftLeft({ serviceDeployment }: Snapshot): { readonly production?: number | 'unknown' } {
  const stage = stageOf(serviceDeployment);
  if (stage === undefined || lastStages.has(stage.name)) return {};
  return { production: stage.weights.production ?? 'unknown' };
}
