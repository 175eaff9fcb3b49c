import type { Cancel } from '../clock.ts';
import type { Images } from '../ecr/images.ts';
import type { TargetGroups } from '../elb/target-groups.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { heldBack, isImpaired, noBackOff } from './back-off.ts';
import { circuitBreakerOf, failureThreshold } from './circuit-breaker.ts';
import type { Deployment } from './deployment.ts';
import { eventText } from './events.ts';
import { resolveDigests } from './image-digests.ts';
import { launchOf } from './launch.ts';
import { documentOf, flagOf, numberOf, textsOf } from './members.ts';
import type { Step, View } from './plan.ts';
import { plan } from './plan.ts';
import { complete, fail, post } from './rollout.ts';
import type { Service } from './service.ts';
import { primaryOf } from './service.ts';
import type { State } from './state.ts';
import type { Task } from './task.ts';
import { containerHealth } from './task.ts';
import type { Verdict } from './task-health.ts';
import { judgeTask } from './task-health.ts';
import type { TaskLife, TaskNews } from './task-life.ts';
import { createTaskLife, targetsOf } from './task-life.ts';

export interface Scheduler {
  readonly life: TaskLife;
  /** Something about the service changed: it is looked at again in a moment. */
  look(service: Service): void;
  close(): void;
}

/**
 * The service scheduler: on every change and when a time is due it looks at a service, lets the planner decide and
 * does what it says. It never polls.
 */
export function createScheduler(options: {
  readonly state: State;
  readonly runtime: Runtime;
  readonly targetGroups: TargetGroups;
  readonly images: Images | undefined;
  readonly registryHost: string | undefined;
  /** Called after every change. */
  readonly changed: () => void;
}): Scheduler {
  const { state, targetGroups, changed } = options;
  const { clock, readings } = state;
  const looks = new Map<Service, Cancel>();
  const wakes = new Map<Service, Cancel>();
  let isClosed = false;
  const life = createTaskLife({ state, runtime: options.runtime, targetGroups, tell });

  targetGroups.onChange((_group, taskArn) => {
    const service = state.tasks.get(taskArn)?.owner?.service;
    if (service !== undefined) look(service);
  });

  function look(service: Service): void {
    changed();
    if (isClosed || looks.has(service)) return;
    const cancel = clock.after(readings.schedulerDelaySeconds, () => {
      looks.delete(service);
      pass(service);
      changed();
    });
    looks.set(service, cancel);
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
    const wakeAt = [judgeTasks(service)];
    countFailures(service);
    const cause = causeOfFailure(state, service);
    if (cause !== undefined) {
      fail(state, service, cause);
      return look(service);
    }
    const planned = plan(viewOf(state, service));
    wakeAt.push(planned.wakeAt);
    const stops = planned.steps.filter((step) => step.kind === 'stop');
    stopTasks(service, stops);
    countFailures(service);
    // Stopping unhealthy tasks may have been one failure too many: then nothing more is launched.
    if (causeOfFailure(state, service) !== undefined) return look(service);
    for (const step of planned.steps) apply(service, step);
    removeDrained(state, service);
    noteSteadiness(service);
    const next = Math.min(...wakeAt.flatMap((at) => (at === undefined ? [] : [at])));
    if (Number.isFinite(next)) {
      wakes.set(
        service,
        clock.after((next - clock.now()) / 1000, () => pass(service)),
      );
    }
  }

  /** Judges every task of the service anew; answers when a verdict changes by itself. */
  function judgeTasks(service: Service): number | undefined {
    const graceSeconds = numberOf(service.settings, 'healthCheckGracePeriodSeconds') ?? 0;
    const changes: number[] = [];
    for (const task of tasksOf(state, service)) {
      if (task.desiredStatus === 'STOPPED') continue;
      const targets = targetsOf(task).map(({ targetGroupArn }) =>
        targetGroups.healthOf(targetGroupArn, task.arn),
      );
      const { startedAt } = task.times;
      const containers = containerHealth(task);
      const verdict = judgeTask({ now: clock.now(), startedAt, containers, targets, graceSeconds });
      if (verdict.changesAt !== undefined) changes.push(verdict.changesAt);
      if (verdict.health === 'unhealthy' && task.health !== 'unhealthy')
        tellUnhealthy(service, task, verdict);
      const isNewlyHealthy = verdict.health === 'healthy' && task.health !== 'healthy';
      task.health = verdict.health;
      noteSuccess(service, task, isNewlyHealthy);
    }
    return changes.length === 0 ? undefined : Math.min(...changes);
  }

  /** A task that reaches RUNNING ends the back-off, one that becomes healthy sets the failures to 0 (documented). */
  function noteSuccess(service: Service, task: Task, isNewlyHealthy: boolean): void {
    const deployment = task.owner?.deployment;
    if (deployment === undefined || task.times.startedAt === undefined) return;
    if (!task.isSeenRunning) deployment.backOff = noBackOff;
    task.isSeenRunning = true;
    if (!isNewlyHealthy) return;
    deployment.hadHealthyTask = true;
    deployment.failedTasks = 0;
    if (breakerOf(service).resetsOnHealthyTask) deployment.failureCount = 0;
  }

  function tellUnhealthy(service: Service, task: Task, { failed }: Verdict): void {
    if (failed === 'container checks') return post(state, service, eventText.failedContainerChecks(task.id));
    for (const { targetGroupArn, containerPort } of targetsOf(task)) {
      const health = targetGroups.healthOf(targetGroupArn, task.arn);
      if (health?.state !== 'unhealthy') continue;
      const reason = health.description ?? health.reason ?? 'Health checks failed';
      post(state, service, eventText.failedTargetChecks(task.id, containerPort, targetGroupArn, reason));
    }
  }

  /**
   * Counts tasks that never ran and tasks stopped for failing health checks (documented). A task that ran and then
   * exited by itself is none of these; whether the circuit breaker counts it is a reading.
   */
  function countFailures(service: Service): void {
    for (const task of tasksOf(state, service)) {
      const { end, owner } = task;
      if (task.desiredStatus === 'RUNNING' || task.isCounted || end === undefined || owner === undefined)
        continue;
      task.isCounted = true;
      const { deployment } = owner;
      const endedByItself =
        end.stopCode === 'TaskFailedToStart' || end.stopCode === 'EssentialContainerExited';
      const neverRan = endedByItself && task.times.startedAt === undefined;
      const exitCounts = endedByItself && readings.breakerCountsExitsAfterRunning;
      if (neverRan) {
        deployment.backOff = heldBack(deployment.backOff, { createdAt: task.createdAt, now: clock.now() });
        if (isImpaired(deployment.backOff)) post(state, service, eventText.impaired(), true);
        if (!deployment.isResolved) deployment.unresolvedFailures++;
        // Documented: after three attempts the deployment goes on without digests.
        if (deployment.unresolvedFailures >= 3) deployment.isResolved = true;
      }
      if (!neverRan && end.because !== 'unhealthy' && !exitCounts) continue;
      if (!deployment.hadHealthyTask) deployment.failedTasks++;
      deployment.failureCount++;
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

  function close(): void {
    isClosed = true;
    for (const cancel of [...looks.values(), ...wakes.values()]) cancel();
  }

  return { life, look, close };
}

export function tasksOf(state: State, service: Service): Task[] {
  return [...state.tasks.values()].filter((task) => task.owner?.service === service);
}

function breakerOf(service: Service) {
  return circuitBreakerOf(documentOf(service.settings, 'deploymentConfiguration') ?? {});
}

/** Whether the deployment has failed: its circuit breaker, or an alarm (documented: independent of each other). */
function causeOfFailure(state: State, service: Service): 'circuit-breaker' | 'alarm' | undefined {
  const primary = primaryOf(service);
  if (primary.isHalted || primary.rolloutState === 'COMPLETED') return undefined;
  const breaker = breakerOf(service);
  if (breaker.isEnabled) {
    if (primary.failureCount >= failureThreshold(breaker, service.desiredCount)) return 'circuit-breaker';
    // Documented: three failed attempts to resolve digests fail the deployment where a breaker is enabled.
    if (primary.unresolvedFailures >= 3) return 'circuit-breaker';
  }
  const alarms = alarmNames(service);
  // Documented: an alarm that was in ALARM at the start makes all be ignored. During a rollback too (our choice).
  const areIgnored = alarms.some((name) => primary.ignoredAlarms.has(name));
  if (areIgnored || service.inFlight?.rollback !== undefined) return undefined;
  return alarms.some((name) => state.alarms.has(name)) ? 'alarm' : undefined;
}

function alarmNames(service: Service): readonly string[] {
  const alarms = documentOf(documentOf(service.settings, 'deploymentConfiguration'), 'alarms');
  return flagOf(alarms, 'enable') === true ? textsOf(alarms, 'alarmNames') : [];
}

function viewOf(state: State, service: Service): View {
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
      })),
  };
}

function rolloutOf(deployment: Deployment): View['primary']['state'] {
  if (deployment.isHalted) return 'failed';
  return deployment.rolloutState === 'COMPLETED' ? 'complete' : 'rolling-out';
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
