import type { ListenerRules } from '../../elb/listener-rules.ts';
import type { Deployment } from '../model/deployment.ts';
import { isCleaningUp, primaryOf, type Service, type ServiceDeployment } from '../model/service.ts';
import type { StageProgress } from '../model/stage-progress.ts';
import type { PlannedStage, Stage } from '../model/stages.ts';
import { type State, tasksOf } from '../model/state.ts';
import { complete, fail } from '../rollout/rollout.ts';
import type { HookTargets } from './hook-targets.ts';
import { expireHooks, startHooks } from './hooks.ts';
import { judgeStage, type StageVerdict } from './judge-stage.ts';
import { networkFault, shift } from './traffic.ts';

export interface Walking {
  readonly state: State;
  readonly listenerRules: ListenerRules;
  readonly hookTargets: HookTargets;
  /** Has the scheduler come back in a moment. */
  readonly look: (service: Service) => void;
}

/**
 * Takes the deployment of a service through its lifecycle stages, one at a time.
 *
 * @returns when to come back although nothing happened, in milliseconds since the epoch
 */
export function walk(walking: Walking, service: Service): number | undefined {
  const { state, look } = walking;
  const flight = service.inFlight;
  const planned = flight?.stages?.ahead[0];
  if (flight?.stages === undefined || planned === undefined || !goesOn(flight)) return undefined;
  const verdict = judge(walking, flight, flight.stages, planned);
  if (verdict.kind === 'waits') return verdict.until;
  if (verdict.kind === 'fails') fail(state, service, { kind: 'stage', why: verdict.why });
  else if (verdict.kind === 'hooks-done') flight.stages.hooksDoneAt = state.clock.now();
  else leave(state, service, flight.stages);
  look(service);
  return undefined;
}

/** A requested rollback holds the stages, except CLEAN_UP, which it can't reverse. */
function goesOn(flight: ServiceDeployment): boolean {
  const { status } = flight;
  if (status === 'ROLLBACK_REQUESTED') return isCleaningUp(flight);
  return status === 'IN_PROGRESS' || status === 'ROLLBACK_IN_PROGRESS';
}

function judge(
  walking: Walking,
  flight: ServiceDeployment,
  stages: StageProgress,
  planned: PlannedStage,
): StageVerdict {
  const { state, listenerRules } = walking;
  const now = state.clock.now();
  if (stages.enteredAt === undefined) {
    // When ECS finds out is not documented: before it starts a task is our choice, and again before it shifts.
    const isChecked = planned.stage === 'PRE_SCALE_UP';
    const fault = isChecked ? networkFault(listenerRules, flight) : undefined;
    if (fault !== undefined) return { kind: 'fails', why: `of invalid networking configuration: ${fault}` };
    enter(walking, flight, stages, planned);
  }
  expireHooks(stages.hooks, planned.stage, now);
  const isIgnored = flight.rollback !== undefined && state.readings.hookFailureInRollback === 'ignored';
  return judgeStage({
    now,
    planned,
    enteredAt: stages.enteredAt ?? now,
    hooks: isIgnored ? stages.hooks.filter(({ why }) => why === undefined) : stages.hooks,
    hooksDoneAt: stages.hooksDoneAt,
    tasksAreReady: tasksAreReady(state, flight, planned.stage),
    leastSeconds: state.readings.stageSeconds,
  });
}

function enter(
  walking: Walking,
  flight: ServiceDeployment,
  stages: StageProgress,
  planned: PlannedStage,
): void {
  const { state, listenerRules, hookTargets, look } = walking;
  const { service } = flight;
  stages.enteredAt = state.clock.now();
  stages.hooksDoneAt = undefined;
  stages.weights = planned.weights;
  const isKept = flight.rollback !== undefined && state.readings.stageDuringRollback === 'kept';
  if (!isKept) stages.shown = shownAs(planned.stage, state);
  if (planned.stage === 'SCALE_UP') flight.target.desiredCount = service.desiredCount;
  for (const one of goingIn(flight, planned.stage)) one.desiredCount = 0;
  if (isShift(planned.stage)) shift(listenerRules, flight, planned.weights);
  stages.hooks = startHooks({ state, hookTargets, changed: () => look(service) }, flight, planned);
}

function leave(state: State, service: Service, stages: StageProgress): void {
  stages.ahead = stages.ahead.slice(1);
  stages.enteredAt = undefined;
  if (stages.ahead.length === 0) complete(state, service);
}

function tasksAreReady(state: State, flight: ServiceDeployment, stage: Stage): boolean {
  const { service, target } = flight;
  const tasks = tasksOf(state, service);
  if (stage === 'SCALE_UP') {
    const healthy = tasks.filter(
      (task) =>
        task.owner?.deployment === target && task.desiredStatus === 'RUNNING' && task.health === 'healthy',
    );
    return healthy.length >= service.desiredCount;
  }
  const going = goingIn(flight, stage);
  return !tasks.some(
    ({ owner, times }) =>
      owner !== undefined && going.includes(owner.deployment) && times.executionStoppedAt === undefined,
  );
}

/** The deployments whose tasks a stage ends: RECONCILE_SERVICE leaves the live one alone (our choice). */
function goingIn({ service, live }: ServiceDeployment, stage: Stage): readonly Deployment[] {
  const primary = primaryOf(service);
  const others = service.deployments.filter((one) => one !== primary);
  if (stage === 'CLEAN_UP') return others;
  return stage === 'RECONCILE_SERVICE' ? others.filter((one) => one !== live) : [];
}

/** RECONCILE_SERVICE gives the live revision all traffic again. */
const isShift = (stage: Stage): boolean =>
  ['RECONCILE_SERVICE', 'TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'].includes(stage);

function shownAs(stage: Stage, { readings }: State): Stage {
  return stage === 'PRE_PRODUCTION_TRAFFIC_SHIFT' ? readings.preProductionStage : stage;
}
