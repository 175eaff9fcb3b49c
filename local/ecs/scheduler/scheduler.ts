import type { Cancel } from '../../base/clock.ts';
import type { Images } from '../../ecr/images.ts';
import type { ListenerRules } from '../../elb/listener-rules.ts';
import type { TargetGroups } from '../../elb/target-groups.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { eventText } from '../model/events.ts';
import { launchOf } from '../model/launch.ts';
import { post } from '../model/post-event.ts';
import { primaryOf, type Service } from '../model/service.ts';
import { type State, tasksOf } from '../model/state.ts';
import { containerHealth, type Task } from '../model/task.ts';
import { countFailures, failureOf } from '../rollout/failures.ts';
import { complete, fail } from '../rollout/rollout.ts';
import type { HookTargets } from '../stages/hook-targets.ts';
import { walk } from '../stages/walk.ts';
import { resolveDigests } from '../tasks/image-digests.ts';
import { targetsOf } from '../tasks/targets.ts';
import { createTaskLife, type TaskLife, type TaskNews } from '../tasks/task-life.ts';
import { plan } from './plan.ts';
import type { Step } from './tally.ts';
import { judgeTasks } from './task-verdicts.ts';
import { viewOf } from './view.ts';

export interface Scheduler {
  readonly life: TaskLife;
  /** Something about the service changed: it is looked at again in a moment. */
  look(service: Service): void;
}

/**
 * The service scheduler: on every change and when a time is due it looks at a service, lets the planner decide and
 * does what it says. It never polls.
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
  const looks = new Set<Service>();
  const wakes = new Map<Service, Cancel>();
  const life = createTaskLife({ state, runtime: options.runtime, targetGroups, tell });

  targetGroups.onChange((_group, taskArn) => {
    const service = state.tasks.get(taskArn)?.owner?.service;
    if (service !== undefined) look(service);
  });

  function look(service: Service): void {
    changed();
    if (looks.has(service)) return;
    looks.add(service);
    clock.after(readings.schedulerDelaySeconds, () => {
      looks.delete(service);
      pass(service);
      changed();
    });
  }

  function tell(task: Task, news: TaskNews): void {
    if (task.owner === undefined) return changed();
    const { service, deployment } = task.owner;
    if (news.kind === 'not-placed') post(state, service, eventText.notPlaced(news.reason), true);
    if (news.kind === 'registered') post(state, service, eventText.registered(1, news.targetGroupArn));
    if (news.kind === 'draining') post(state, service, eventText.draining(1));
    if (news.kind === 'deregistered') post(state, service, eventText.deregistered(1, news.targetGroupArn));
    if (news.kind === 'pulled') {
      resolveDigests(options, task, news.imageDigests, () => look(service));
      deployment.isResolved = true;
    }
    look(service);
  }

  function pass(service: Service): void {
    wakes.get(service)?.();
    wakes.delete(service);
    if (service.status === 'INACTIVE') return;
    if (service.status === 'DRAINING') return drain(service);
    const wakeAt = [judgeTasks({ state, targetGroups }, service)];
    countFailures(state, service);
    const failure = failureOf(state, service);
    if (failure !== undefined) {
      fail(state, service, failure);
      return look(service);
    }
    wakeAt.push(walk({ state, listenerRules, hookTargets, look }, service));
    const planned = plan(viewOf(state, service));
    wakeAt.push(planned.wakeAt);
    const stops = planned.steps.filter((step) => step.kind === 'stop');
    stopTasks(service, stops);
    countFailures(state, service);
    // Stopping unhealthy tasks may have been one failure too many: then nothing more is launched.
    if (failureOf(state, service) !== undefined) return look(service);
    for (const step of planned.steps) apply(service, step);
    removeDrained(state, service);
    noteSteadiness(service);
    const next = Math.min(...wakeAt.flatMap((at) => (at === undefined ? [] : [at])));
    if (Number.isFinite(next)) {
      wakes.set(
        service,
        clock.after((next - clock.now()) / 1000, () => {
          pass(service);
          changed();
        }),
      );
    }
  }

  function stopTasks(service: Service, stops: readonly Extract<Step, { kind: 'stop' }>[]): void {
    const byId = new Map(tasksOf(state, service).map((task) => [task.id, task]));
    const stopped: string[] = [];
    for (const { taskId, because } of stops) {
      const task = byId.get(taskId);
      if (task === undefined) continue;
      if (task.times.startedAt !== undefined) stopped.push(taskId);
      life.stop(task, {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: whyStopped(service, task, because),
        because,
      });
    }
    if (stopped.length > 0) post(state, service, eventText.stopped(stopped));
  }

  function whyStopped(service: Service, task: Task, because: 'scaling' | 'unhealthy'): string {
    if (because === 'scaling') return `Scaling activity initiated by (deployment ${primaryOf(service).id})`;
    if (containerHealth(task) === 'UNHEALTHY') return 'Task failed container health checks';
    const failing = targetsOf(task).find(
      ({ targetGroupArn }) => targetGroups.healthOf(targetGroupArn, task.arn)?.state === 'unhealthy',
    );
    return `Task failed ELB health checks in (target-group ${failing?.targetGroupArn ?? ''})`;
  }

  function apply(service: Service, step: Step): void {
    switch (step.kind) {
      case 'stop':
        return;
      case 'start':
        return start(service, step);
      case 'hold': {
        const held = service.deployments.find((one) => one.id === step.deploymentId);
        if (held !== undefined) held.desiredCount = step.desiredCount;
        return;
      }
      case 'bake':
        primaryOf(service).bakeStartedAt = clock.now();
        return look(service);
      case 'complete':
        // A service deployment is in progress before it ends.
        if (service.inFlight?.status !== 'PENDING') complete(state, service);
        return;
      case 'stuck':
        return post(state, service, eventText.stuck(), true);
    }
  }

  function start(service: Service, step: Extract<Step, { kind: 'start' }>): void {
    const deployment = service.deployments.find((one) => one.id === step.deploymentId);
    if (deployment === undefined) return;
    const ids = Array.from({ length: step.count }, () => life.launch(launchOf(service, deployment)).id);
    post(state, service, eventText.started(ids, step.replacing));
  }

  function noteSteadiness(service: Service): void {
    const tasks = tasksOf(state, service).filter((task) => task.desiredStatus === 'RUNNING');
    const isSteady =
      primaryOf(service).rolloutState === 'COMPLETED' &&
      tasks.length === service.desiredCount &&
      tasks.every((task) => task.health === 'healthy');
    if (isSteady && !service.isSteady) post(state, service, eventText.steady());
    service.isSteady = isSteady;
  }

  /** A deleted service: its tasks end, then it is INACTIVE (documented). */
  function drain(service: Service): void {
    const tasks = tasksOf(state, service).filter((task) => task.lastStatus !== 'STOPPED');
    for (const task of tasks) {
      const stoppedReason = whyStopped(service, task, 'scaling');
      life.stop(task, { stopCode: 'ServiceSchedulerInitiated', stoppedReason, because: 'scaling' });
    }
    if (tasks.length > 0) return;
    service.status = 'INACTIVE';
    service.inactiveSince = clock.now();
  }

  return { life, look };
}

/** An older deployment without tasks is no longer shown. */
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
