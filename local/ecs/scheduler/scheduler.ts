import type { Cancel } from '../../base/clock.ts';
import type { Images } from '../../ecr/images.ts';
import type { ListenerRules } from '../../elb/listener-rules.ts';
import type { TargetGroups } from '../../elb/target-groups.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { eventText } from '../model/events.ts';
import { post } from '../model/post-event.ts';
import { primaryOf, type Service } from '../model/service.ts';
import { type State, tasksOf } from '../model/state.ts';
import type { Task } from '../model/task.ts';
import { countFailures, failureOf } from '../rollout/failures.ts';
import { fail } from '../rollout/rollout.ts';
import type { HookTargets } from '../stages/hook-targets.ts';
import { walk } from '../stages/walk.ts';
import { resolveDigests } from '../tasks/image-digests.ts';
import { createTaskLife, type TaskLife } from '../tasks/task-life.ts';
import type { TaskNews } from '../tasks/task-progress.ts';
import { carryOut } from './carry-out.ts';
import { plan } from './plan.ts';
import { drainService, stopTasks } from './stop-tasks.ts';
import { judgeTasks } from './task-verdicts.ts';
import { viewOf } from './view.ts';

export interface Scheduler {
  readonly life: TaskLife;
  /** Has a service scheduled in a moment, because something about it changed. */
  wake(service: Service): void;
}

/**
 * The service scheduler: on every change of a service, and when a time is due, it lets the planner decide and carries out
 * the plan. It never polls.
 */
export function createScheduler(options: {
  readonly state: State;
  readonly runtime: Runtime;
  readonly targetGroups: TargetGroups;
  readonly listenerRules: ListenerRules;
  readonly hookTargets: HookTargets;
  readonly images: Images | undefined;
  readonly registryHost: string | undefined;
  /** Called after every change. */
  readonly changed: () => void;
}): Scheduler {
  const { state, targetGroups, listenerRules, hookTargets, changed } = options;
  const { clock, readings } = state;
  const waiting = new Set<Service>();
  const timers = new Map<Service, Cancel>();
  const life = createTaskLife({ state, runtime: options.runtime, targetGroups, report });
  const parts = { state, targetGroups, life, wake };

  targetGroups.onChange((_group, taskArn) => {
    const service = state.tasks.get(taskArn)?.owner?.service;
    if (service !== undefined) wake(service);
  });

  function wake(service: Service): void {
    changed();
    if (waiting.has(service)) return;
    waiting.add(service);
    clock.after(readings.schedulerDelaySeconds, () => {
      waiting.delete(service);
      pass(service);
      changed();
    });
  }

  function report(task: Task, news: TaskNews): void {
    if (task.owner === undefined) return changed();
    const { service, deployment } = task.owner;
    postNews(state, service, news);
    if (news.kind === 'pulled') {
      resolveDigests(options, task, news.imageDigests, () => wake(service));
      deployment.isResolved = true;
    }
    wake(service);
  }

  function pass(service: Service): void {
    timers.get(service)?.();
    timers.delete(service);
    if (service.status === 'INACTIVE') return;
    if (service.status === 'DRAINING') return drainService(parts, service);
    const wakeAt = [judgeTasks({ state, targetGroups }, service)];
    countFailures(state, service);
    const failure = failureOf(state, service);
    if (failure !== undefined) {
      fail(state, service, failure);
      return wake(service);
    }
    wakeAt.push(walk({ state, listenerRules, hookTargets, look: wake }, service));
    const planned = plan(viewOf(state, service));
    wakeAt.push(planned.wakeAt);
    const stops = planned.steps.filter((step) => step.kind === 'stop');
    stopTasks(parts, service, stops);
    countFailures(state, service);
    // Stopping unhealthy tasks may have been one failure too many: then nothing more is launched.
    if (failureOf(state, service) !== undefined) return wake(service);
    for (const step of planned.steps) carryOut(parts, service, step);
    removeDrained(state, service);
    noteSteadiness(state, service);
    const next = Math.min(...wakeAt.flatMap((at) => (at === undefined ? [] : [at])));
    if (Number.isFinite(next)) {
      timers.set(
        service,
        clock.after((next - clock.now()) / 1000, () => {
          pass(service);
          changed();
        }),
      );
    }
  }

  return { life, wake };
}

/** Posts the event by which ECS tells what became of a task, if it tells that. */
function postNews(state: State, service: Service, news: TaskNews): void {
  if (news.kind === 'not-placed') post(state, service, eventText.notPlaced(news.reason), true);
  if (news.kind === 'registered') post(state, service, eventText.registered(1, news.targetGroupArn));
  if (news.kind === 'draining') post(state, service, eventText.draining(1));
  if (news.kind === 'deregistered') post(state, service, eventText.deregistered(1, news.targetGroupArn));
}

/** Posts an event when the service becomes steady. */
function noteSteadiness(state: State, service: Service): void {
  const tasks = tasksOf(state, service).filter((task) => task.desiredStatus === 'RUNNING');
  const isSteady =
    primaryOf(service).rolloutState === 'COMPLETED' &&
    tasks.length === service.desiredCount &&
    tasks.every((task) => task.health === 'healthy');
  if (isSteady && !service.isSteady) post(state, service, eventText.steady());
  service.isSteady = isSteady;
}

/** Hides older deployments without tasks. */
function removeDrained(state: State, service: Service): void {
  const tasks = tasksOf(state, service);
  for (const deployment of service.deployments) {
    const hasTasks = tasks.some(
      (task) => task.owner?.deployment === deployment && task.times.executionStoppedAt === undefined,
    );
    if (deployment.status === 'ACTIVE' && deployment.desiredCount === 0 && !hasTasks) {
      deployment.status = 'INACTIVE';
    }
  }
}
